package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** Inverse hyperbolic tangent, elementwise; NaN outside of -1..1. */
public record Atanh() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Atanh> SPEC =
      Elementwise.spec("Atanh", 9, Atanh.class, new Atanh(), -0.5f, 0.5f);

  @Override
  public OpSpec<Atanh> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.ATANH;
  }
}
