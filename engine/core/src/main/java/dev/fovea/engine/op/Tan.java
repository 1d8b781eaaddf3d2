package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** Tangent, elementwise; X in radians. */
public record Tan() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Tan> SPEC =
      Elementwise.spec("Tan", 7, Tan.class, new Tan(), -0.75f, 0.75f);

  @Override
  public OpSpec<Tan> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.TAN;
  }
}
