package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/** An operator that applies one function to every element; output and input have one shape. */
public interface Elementwise extends Op {

  /** The function. */
  Unary function();

  /** The function's first parameter; 0 where it has none. */
  default float alpha() {
    return 0;
  }

  /** The function's second parameter; 0 where it has none. */
  default float beta() {
    return 0;
  }

  @Override
  default List<Shape> inferShapes(List<Shape> in) {
    Check.inputs(spec().name(), in, 1, 1);
    return in;
  }

  @Override
  default void forward(Forward r) {
    r.kernels().unary(function(), alpha(), beta(), r.input(0), r.output(0));
  }

  @Override
  default void backward(Backward r) {
    r.kernels()
        .unaryBackward(
            function(), alpha(), beta(), r.input(0), r.output(0), r.cotangent(0), r.gradient(0));
  }

  /** The specification of an operator without attributes. */
  static <T extends Elementwise> OpSpec<T> spec(String name, int opset, Class<T> type, T op) {
    return OpSpec.of(name, opset, type, a -> op, o -> Attributes.none(), examples(op));
  }

  /** The specification of an operator without attributes, tried on arguments of a range. */
  static <T extends Elementwise> OpSpec<T> spec(
      String name, int opset, Class<T> type, T op, float from, float to) {
    OpSpec.Example[] examples =
        Arrays.stream(examples(op))
            .map(e -> e.with(0, OpSpec.Operand.between(from, to)))
            .toArray(OpSpec.Example[]::new);
    return OpSpec.of(name, opset, type, a -> op, o -> Attributes.none(), examples);
  }

  /** Examples that every elementwise operator is tried on. */
  static OpSpec.Example[] examples(Op op) {
    return new OpSpec.Example[] {
      OpSpec.Example.of(op, Shape.of(2, 3, 5, 7)),
      OpSpec.Example.of(op, Shape.of(1)),
      OpSpec.Example.of(op, Shape.of(3, 33))
    };
  }
}
