package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** Hyperbolic tangent, elementwise. */
public record Tanh() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Tanh> SPEC = Elementwise.spec("Tanh", 6, Tanh.class, new Tanh());

  @Override
  public OpSpec<Tanh> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.TANH;
  }
}
