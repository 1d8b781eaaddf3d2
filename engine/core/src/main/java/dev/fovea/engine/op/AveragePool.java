package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.tensor.Shape;

/**
 * Mean over a sliding window: {@code X [N, C, H, W]} to {@code [N, C, OH, OW]}; sequences and
 * volumes alike, by the dimensions of the window.
 *
 * @param window window size, stride, padding; dilation as ONNX has it since opset 19
 * @param ceilMode whether the output size is rounded up instead of down
 * @param countIncludePad whether padding counts in the divisor
 */
public record AveragePool(Window window, boolean ceilMode, boolean countIncludePad)
    implements Pooling {

  /** Specification. */
  public static final OpSpec<AveragePool> SPEC =
      OpSpec.of(
          "AveragePool",
          10,
          AveragePool.class,
          a ->
              new AveragePool(
                  WindowAttributes.read(a),
                  a.intValue("ceil_mode", 0) != 0,
                  a.intValue("count_include_pad", 0) != 0),
          AveragePool::write,
          of(square(2, 2, 0), Shape.of(2, 3, 6, 8)),
          of(square(3, 2, 1), Shape.of(1, 17, 9, 7)),
          of(new AveragePool(Window.square(3, 1, 1), false, true), Shape.of(2, 2, 5, 6)),
          of(new AveragePool(Window.square(3, 2, 0), true, false), Shape.of(1, 2, 8, 6)),
          of(
              new AveragePool(new Window(2, 3, 1, 2, 1, 0, 0, 2, 1, 1), false, true),
              Shape.of(1, 2, 5, 7)),
          of(
              new AveragePool(new Window(2, 3, 1, 2, 1, 0, 0, 2, 2, 3), false, false),
              Shape.of(1, 2, 5, 8)),
          of(new AveragePool(Window.cube(1, 3, 2, 1), true, true), Shape.of(2, 3, 9)),
          of(new AveragePool(Window.cube(3, 3, 2, 1), true, false), Shape.of(1, 2, 4, 5, 6)),
          of(new AveragePool(Window.cube(3, 2, 1, 1), false, true), Shape.of(2, 1, 3, 2, 4)));

  /** A square pooling, sizes rounded down, padding not counted. */
  public static AveragePool square(int kernel, int stride, int pad) {
    return new AveragePool(Window.square(kernel, stride, pad), false, false);
  }

  private static Attributes write(AveragePool op) {
    Attributes a = op.poolingAttributes().with("count_include_pad", op.countIncludePad ? 1L : 0L);
    // Before opset 19 the operator has no attribute 'dilations'; a dense window needs none.
    return op.window.dilated() ? a : a.without("dilations");
  }

  @Override
  public int minimumOpset() {
    return window.dilated() ? 19 : SPEC.opset();
  }

  @Override
  public OpSpec<AveragePool> spec() {
    return SPEC;
  }

  @Override
  public void forward(Forward r) {
    r.kernels().averagePool(window, countIncludePad, r.input(0), r.output(0));
  }

  @Override
  public void backward(Backward r) {
    r.kernels().averagePoolBackward(window, countIncludePad, r.cotangent(0), r.gradient(0));
  }
}
