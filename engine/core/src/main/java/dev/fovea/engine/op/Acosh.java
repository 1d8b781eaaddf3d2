package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** Inverse hyperbolic cosine, elementwise; NaN below 1. */
public record Acosh() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Acosh> SPEC =
      Elementwise.spec("Acosh", 9, Acosh.class, new Acosh(), 1.5f, 3);

  @Override
  public OpSpec<Acosh> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.ACOSH;
  }
}
