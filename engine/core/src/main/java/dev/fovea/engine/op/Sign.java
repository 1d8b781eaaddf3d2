package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** Elementwise -1, 0 or 1 by the sign of X; the derivative is taken as 0. */
public record Sign() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Sign> SPEC = Elementwise.spec("Sign", 9, Sign.class, new Sign());

  @Override
  public OpSpec<Sign> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.SIGN;
  }
}
