package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** Sine, elementwise; X in radians. */
public record Sin() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Sin> SPEC = Elementwise.spec("Sin", 7, Sin.class, new Sin());

  @Override
  public OpSpec<Sin> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.SIN;
  }
}
