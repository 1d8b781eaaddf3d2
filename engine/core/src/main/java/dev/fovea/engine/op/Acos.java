package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** Inverse cosine, elementwise, in radians from 0 to pi; NaN outside of -1..1. */
public record Acos() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Acos> SPEC =
      Elementwise.spec("Acos", 7, Acos.class, new Acos(), -0.5f, 0.5f);

  @Override
  public OpSpec<Acos> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.ACOS;
  }
}
