package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/**
 * Elementwise {@code Y = X / (1 + |X|)}. Glorot and Bengio, "Understanding the difficulty of
 * training deep feedforward neural networks", 2010.
 */
public record Softsign() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Softsign> SPEC =
      Elementwise.spec("Softsign", 1, Softsign.class, new Softsign());

  @Override
  public OpSpec<Softsign> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.SOFTSIGN;
  }
}
