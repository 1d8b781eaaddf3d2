package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** Magnitude, elementwise: {@code Y = |X|}; the derivative at 0 is taken as 0. */
public record Abs() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Abs> SPEC = Elementwise.spec("Abs", 6, Abs.class, new Abs());

  @Override
  public OpSpec<Abs> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.ABS;
  }
}
