package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/** An elementwise operator of two inputs, broadcast to each other by the rule of ONNX and NumPy. */
public interface Broadcasting extends Op {

  /** The function. */
  Binary function();

  @Override
  default List<Shape> inferShapes(List<Shape> in) {
    Check.inputs(spec().name(), in, 2, 2);
    return List.of(Check.broadcast(spec().name(), in.get(0), in.get(1)));
  }

  @Override
  default void forward(Forward r) {
    r.kernels().binary(function(), r.input(0), r.input(1), r.output(0));
  }

  /** The specification of an operator without attributes. */
  static <T extends Broadcasting> OpSpec<T> spec(String name, int opset, Class<T> type, T op) {
    return OpSpec.of(name, opset, type, a -> op, o -> Attributes.none(), examples(op));
  }

  /** Examples that every broadcasting operator is tried on. */
  static OpSpec.Example[] examples(Op op) {
    return new OpSpec.Example[] {
      of(op, Shape.of(2, 3, 5, 7), Shape.of(2, 3, 5, 7)),
      of(op, Shape.of(2, 3, 5, 7), Shape.of(1, 3, 1, 1)),
      of(op, Shape.of(3, 1, 7), Shape.of(2, 3, 5, 1)),
      of(op, Shape.of(4, 5), Shape.of(5)),
      of(op, Shape.SCALAR, Shape.of(2, 3)),
      of(op, Shape.of(1), Shape.of(1))
    };
  }
}
