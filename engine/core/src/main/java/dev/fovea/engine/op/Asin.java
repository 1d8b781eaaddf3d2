package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** Inverse sine, elementwise, in radians from -pi/2 to pi/2; NaN outside of -1..1. */
public record Asin() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Asin> SPEC =
      Elementwise.spec("Asin", 7, Asin.class, new Asin(), -0.5f, 0.5f);

  @Override
  public OpSpec<Asin> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.ASIN;
  }
}
