package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** Square root, elementwise; NaN for negative elements. */
public record Sqrt() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Sqrt> SPEC = Elementwise.spec("Sqrt", 6, Sqrt.class, new Sqrt());

  @Override
  public OpSpec<Sqrt> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.SQRT;
  }
}
