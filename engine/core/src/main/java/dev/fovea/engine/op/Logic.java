package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.Set;

/** A function of two truth values, elementwise and broadcast. */
interface Logic extends Op {

  @Override
  default Set<ElementType> accepts(int input) {
    return Set.of(ElementType.BOOL);
  }

  @Override
  default ElementType outputType(int output, List<ElementType> inputs) {
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

  /** The specification of an operator on truth values. */
  static <T extends Logic> OpSpec<T> spec(String name, Class<T> type, T op) {
    return OpSpec.of(
        name,
        7,
        type,
        a -> op,
        o -> Attributes.none(),
        truths(of(op, Shape.of(2, 3, 5), Shape.of(2, 3, 5))),
        truths(of(op, Shape.of(3, 1, 7), Shape.of(2, 3, 5, 1))),
        truths(of(op, Shape.of(4, 5), Shape.of(5))),
        truths(of(op, Shape.SCALAR, Shape.of(3))));
  }

  private static OpSpec.Example truths(OpSpec.Example e) {
    return e.with(0, OpSpec.Operand.TRUTH).with(1, OpSpec.Operand.TRUTH);
  }
}
