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
    Check.image(op, x);
    Window w = window();
    // A window that lies in padding alone has no maximum and no mean.
    Check.that(
        w.padTop() < w.extentH()
            && w.padBottom() < w.extentH()
            && w.padLeft() < w.extentW()
            && w.padRight() < w.extentW(),
        op,
        "padding expected to be smaller than the window " + w.extentH() + "x" + w.extentW());
    int oh = size(x.dim(2), w.padTop(), w.padBottom(), w.extentH(), w.strideH());
    int ow = size(x.dim(3), w.padLeft(), w.padRight(), w.extentW(), w.strideW());
    Check.windowFits(op, w, x, oh, ow);
    return List.of(Shape.of(x.dim(0), x.dim(1), oh, ow));
  }

  private int size(int in, int before, int after, int extent, int stride) {
    long free = (long) in + before + after - extent;
    if (!ceilMode()) {
      return Math.toIntExact(Math.floorDiv(free, stride) + 1);
    }
    int out = Math.toIntExact(-Math.floorDiv(-free, stride) + 1);
    // The last window must start inside the input or the padding before it (as PyTorch and ONNX
    // Runtime have it), else it would see nothing at all.
    return (out - 1L) * stride >= (long) in + before ? out - 1 : out;
  }

  /** The shared attributes as ONNX spells them. */
  default Attributes poolingAttributes() {
    return WindowAttributes.write(window()).with("ceil_mode", ceilMode() ? 1L : 0L);
  }
}
