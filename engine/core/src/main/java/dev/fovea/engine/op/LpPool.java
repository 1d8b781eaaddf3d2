package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.tensor.Shape;

/**
 * The p-norm {@code (sum |x|^p)^(1/p)} over a sliding window: {@code X [N, C, ...]} to {@code [N,
 * C, ...]}, with one to three dimensions of space. Padding is zero.
 *
 * @param window window size, stride, padding; dilation as ONNX has it since opset 18
 * @param ceilMode whether the output size is rounded up instead of down; since opset 18
 * @param p 1 or more
 */
public record LpPool(Window window, boolean ceilMode, int p) implements Pooling {

  private static final int EXTENDED_OPSET = 18;

  /** Specification. */
  public static final OpSpec<LpPool> SPEC =
      OpSpec.of(
          "LpPool",
          11,
          LpPool.class,
          a ->
              new LpPool(
                  WindowAttributes.read(a), a.intValue("ceil_mode", 0) != 0, a.intValue("p", 2)),
          LpPool::write,
          of(new LpPool(Window.square(2, 2, 0), false, 2), Shape.of(2, 3, 6, 8)),
          of(new LpPool(Window.square(3, 2, 1), false, 1), Shape.of(1, 17, 9, 7)),
          of(new LpPool(Window.square(3, 2, 0), true, 3), Shape.of(1, 2, 8, 6)),
          of(new LpPool(new Window(2, 3, 1, 2, 1, 0, 0, 2, 1, 2), false, 2), Shape.of(1, 2, 5, 7)),
          of(new LpPool(Window.cube(1, 3, 2, 1), false, 2), Shape.of(2, 3, 9)),
          of(new LpPool(Window.cube(3, 2, 1, 0), false, 2), Shape.of(1, 2, 3, 4, 3)));

  /** Checks the exponent. */
  public LpPool {
    checkExponent("LpPool", p);
  }

  static void checkExponent(String op, int p) {
    if (p < 1) {
      throw new IllegalArgumentException(op + ": p expected >= 1, found " + p);
    }
  }

  private static Attributes write(LpPool op) {
    Attributes a = op.poolingAttributes().with("p", op.p);
    // Before opset 18 the operator has neither of them.
    return op.extended() ? a : a.without("dilations").without("ceil_mode");
  }

  private boolean extended() {
    return ceilMode || window.dilated();
  }

  @Override
  public int minimumOpset() {
    return extended() ? EXTENDED_OPSET : SPEC.opset();
  }

  @Override
  public OpSpec<LpPool> spec() {
    return SPEC;
  }

  @Override
  public void forward(Forward r) {
    r.kernels().lpPool(window, p, r.input(0), r.output(0));
  }

  @Override
  public void backward(Backward r) {
    r.kernels().lpPoolBackward(window, p, r.input(0), r.output(0), r.cotangent(0), r.gradient(0));
  }
}
