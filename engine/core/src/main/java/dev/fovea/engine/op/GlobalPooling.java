package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Shape rule of the poolings over all of space: {@code X [N, C, ...]} to {@code [N, C, 1, ...]}.
 */
interface GlobalPooling extends Op {

  @Override
  default List<Shape> inferShapes(List<Shape> in) {
    String op = spec().name();
    Check.inputs(op, in, 1, 1);
    Shape x = in.get(0);
    Check.that(x.rank() >= 3, op, "input expected [N, C, ...] with an extent in space, found " + x);
    Check.that(x.size(2, x.rank()) > 0, op, "expected at least one pixel, found " + x);
    int[] dims = x.toArray();
    Arrays.fill(dims, 2, dims.length, 1);
    return List.of(Shape.of(dims));
  }

  /** The tensor as {@code [N, C, pixels]}. */
  static Tensor sequence(Tensor t) {
    Shape s = t.shape();
    return t.reshape(s.dim(0), s.dim(1), s.size(2, s.rank()));
  }

  /** The window over all pixels of {@link #sequence}. */
  static Window whole(Tensor x) {
    return Window.cube(1, x.shape().size(2, x.shape().rank()), 1, 0);
  }
}
