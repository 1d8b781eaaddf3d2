package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** Cosine, elementwise; X in radians. */
public record Cos() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Cos> SPEC = Elementwise.spec("Cos", 7, Cos.class, new Cos());

  @Override
  public OpSpec<Cos> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.COS;
  }
}
