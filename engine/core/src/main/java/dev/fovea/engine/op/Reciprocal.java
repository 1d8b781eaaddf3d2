package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** Elementwise {@code Y = 1 / X}. */
public record Reciprocal() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Reciprocal> SPEC =
      Elementwise.spec("Reciprocal", 6, Reciprocal.class, new Reciprocal());

  @Override
  public OpSpec<Reciprocal> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.RECIPROCAL;
  }
}
