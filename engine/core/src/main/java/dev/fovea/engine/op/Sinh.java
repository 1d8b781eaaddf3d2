package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** Hyperbolic sine, elementwise. */
public record Sinh() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Sinh> SPEC = Elementwise.spec("Sinh", 9, Sinh.class, new Sinh());

  @Override
  public OpSpec<Sinh> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.SINH;
  }
}
