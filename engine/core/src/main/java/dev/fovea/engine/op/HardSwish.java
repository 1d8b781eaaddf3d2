package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/**
 * Swish with a piecewise linear gate, elementwise: {@code Y = X min(max(X / 6 + 1 / 2, 0), 1)}.
 * Howard et al., "Searching for MobileNetV3", ICCV 2019.
 */
public record HardSwish() implements Elementwise {

  /** Specification. */
  public static final OpSpec<HardSwish> SPEC =
      Elementwise.spec("HardSwish", 14, HardSwish.class, new HardSwish());

  @Override
  public OpSpec<HardSwish> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.HARD_SWISH;
  }
}
