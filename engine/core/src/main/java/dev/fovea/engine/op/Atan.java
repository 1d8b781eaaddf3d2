package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** Inverse tangent, elementwise, in radians from -pi/2 to pi/2. */
public record Atan() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Atan> SPEC = Elementwise.spec("Atan", 7, Atan.class, new Atan());

  @Override
  public OpSpec<Atan> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.ATAN;
  }
}
