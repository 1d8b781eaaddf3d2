package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/**
 * Rectified linear unit, elementwise: {@code Y = max(X, 0)}; the derivative at 0 is taken as 0.
 * Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines", ICML 2010.
 */
public record Relu() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Relu> SPEC = Elementwise.spec("Relu", 6, Relu.class, new Relu());

  @Override
  public OpSpec<Relu> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.RELU;
  }
}
