package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/**
 * Smooth rectifier, elementwise: {@code Y = log(1 + exp(X))}. Dugas et al., "Incorporating
 * second-order functional knowledge for better option pricing", NIPS 2000.
 */
public record Softplus() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Softplus> SPEC =
      Elementwise.spec("Softplus", 1, Softplus.class, new Softplus());

  @Override
  public OpSpec<Softplus> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.SOFTPLUS;
  }
}
