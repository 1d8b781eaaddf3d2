package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** Elementwise {@code Y = -X}. */
public record Neg() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Neg> SPEC = Elementwise.spec("Neg", 6, Neg.class, new Neg());

  @Override
  public OpSpec<Neg> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.NEG;
  }
}
