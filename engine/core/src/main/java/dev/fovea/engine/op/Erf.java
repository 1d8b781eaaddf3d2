package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/**
 * Error function, elementwise: {@code 2 / sqrt(pi)} times the integral of {@code exp(-t^2)} from 0
 * to X. Good to 1.5e-7.
 */
public record Erf() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Erf> SPEC = Elementwise.spec("Erf", 9, Erf.class, new Erf());

  @Override
  public OpSpec<Erf> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.ERF;
  }
}
