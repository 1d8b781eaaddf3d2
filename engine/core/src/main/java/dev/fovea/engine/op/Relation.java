package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.Set;

/**
 * Compares two tensors of one type elementwise, broadcast to each other: 1 where the relation
 * holds, 0 elsewhere and wherever there is a NaN.
 */
interface Relation extends Op {

  @Override
  default Set<ElementType> accepts(int input) {
    return ElementType.NUMBERS;
  }

  @Override
  default ElementType outputType(int output, List<ElementType> inputs) {
    Check.that(
        inputs.get(0) == inputs.get(1),
        spec().name(),
        "expected operands of one type, found " + inputs);
    return ElementType.BOOL;
  }

  @Override
  default List<Shape> inferShapes(List<Shape> in) {
    Check.inputs(spec().name(), in, 2, 2);
    return List.of(Check.broadcast(spec().name(), in.get(0), in.get(1)));
  }

  @Override
  default void backward(Backward r) {
    throw new IllegalStateException(spec().name() + " has no gradient");
  }

  /** The specification of a relation. */
  static <T extends Relation> OpSpec<T> spec(String name, int opset, Class<T> type, T op) {
    OpSpec.Operand few = OpSpec.Operand.integers(0, 2);
    return OpSpec.of(
        name,
        opset,
        type,
        a -> op,
        o -> Attributes.none(),
        of(op, Shape.of(2, 3, 5), Shape.of(2, 3, 5)),
        of(op, Shape.of(3, 1, 7), Shape.of(2, 3, 5, 1)).with(0, few).with(1, few),
        of(op, Shape.of(4, 5), Shape.of(5)).with(0, few).with(1, few),
        of(op, Shape.SCALAR, Shape.of(3)));
  }
}
