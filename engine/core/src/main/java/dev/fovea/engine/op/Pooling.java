package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/** Shape rule and attributes that the windowed poolings share. */
interface Pooling extends Op {

  /** Window size, stride, padding, dilation. */
  Window window();

  /** Whether output sizes are rounded up. */
  boolean ceilMode();

  @Override
  default List<Shape> inferShapes(List<Shape> in) {
    String op = spec().name();
    Check.inputs(op, in, 1, 1);
    Shape x = in.get(0);
    Window w = window();
    Check.image(op, x, w.dimensions());
    Shape y = x;
    for (int d = 0; d < w.dimensions(); d++) {
      Window.Axis axis = w.axes().get(d);
      // A window that lies in padding alone has no maximum and no mean.
      Check.that(
          axis.padBefore() < axis.extent() && axis.padAfter() < axis.extent(),
          op,
          "padding expected to be smaller than the window " + Check.extents(w));
      int size = size(axis, x.dim(2 + d));
      Check.windowFits(op, w, x, size);
      y = y.with(2 + d, size);
    }
    return List.of(y);
  }

  private int size(Window.Axis axis, int in) {
    if (!ceilMode()) {
      return axis.output(in);
    }
    long free = (long) in + axis.padBefore() + axis.padAfter() - axis.extent();
    int out = Math.toIntExact(-Math.floorDiv(-free, axis.stride()) + 1);
    // The last window must start inside the input or the padding before it (as PyTorch and ONNX
    // Runtime have it), else it would see nothing at all.
    return (out - 1L) * axis.stride() >= (long) in + axis.padBefore() ? out - 1 : out;
  }

  /** The shared attributes as ONNX spells them. */
  default Attributes poolingAttributes() {
    return WindowAttributes.write(window()).with("ceil_mode", ceilMode() ? 1L : 0L);
  }
}
