package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** Hyperbolic cosine, elementwise. */
public record Cosh() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Cosh> SPEC = Elementwise.spec("Cosh", 9, Cosh.class, new Cosh());

  @Override
  public OpSpec<Cosh> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.COSH;
  }
}
