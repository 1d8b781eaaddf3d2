package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** Inverse hyperbolic sine, elementwise. */
public record Asinh() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Asinh> SPEC = Elementwise.spec("Asinh", 9, Asinh.class, new Asinh());

  @Override
  public OpSpec<Asinh> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.ASINH;
  }
}
