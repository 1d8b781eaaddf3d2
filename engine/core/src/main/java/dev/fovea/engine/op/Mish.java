package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/**
 * Elementwise {@code Y = X tanh(log(1 + exp(X)))}. Misra, "Mish: a self regularized non-monotonic
 * activation function", BMVC 2020.
 */
public record Mish() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Mish> SPEC = Elementwise.spec("Mish", 18, Mish.class, new Mish());

  @Override
  public OpSpec<Mish> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.MISH;
  }
}
