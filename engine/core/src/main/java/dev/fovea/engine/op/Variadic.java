package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/** An elementwise operator of one or more inputs, all broadcast to each other. */
public interface Variadic extends Op {

  /** The function of two inputs that makes, applied again and again, that of many. */
  Binary function();

  @Override
  default List<Shape> inferShapes(List<Shape> in) {
    Check.inputs(spec().name(), in, 1, Integer.MAX_VALUE);
    Shape y = in.get(0);
    for (Shape s : in) {
      y = Check.broadcast(spec().name(), y, s);
    }
    return List.of(y);
  }

  @Override
  default void forward(Forward r) {
    if (r.inputs() == 1) {
      r.kernels().axpby(1, r.input(0), 0, r.output(0));
      return;
    }
    r.kernels().binary(function(), r.input(0), r.input(1), r.output(0));
    for (int i = 2; i < r.inputs(); i++) {
      r.kernels().binary(function(), r.output(0), r.input(i), r.output(0));
    }
  }

  /** The specification. */
  static <T extends Variadic> OpSpec<T> spec(String name, Class<T> type, T op) {
    return OpSpec.of(
        name,
        8,
        type,
        a -> op,
        o -> Attributes.none(),
        of(op, Shape.of(2, 3, 5, 7), Shape.of(2, 3, 5, 7), Shape.of(1, 3, 1, 1)),
        of(op, Shape.of(3, 1, 7), Shape.of(2, 1, 5, 1)),
        of(op, Shape.of(4, 5), Shape.of(5), Shape.of(4, 1), Shape.SCALAR),
        of(op, Shape.of(3, 33)));
  }
}
