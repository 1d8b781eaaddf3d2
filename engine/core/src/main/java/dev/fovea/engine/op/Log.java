package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** Natural logarithm, elementwise; NaN for negative elements. */
public record Log() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Log> SPEC = Elementwise.spec("Log", 6, Log.class, new Log());

  @Override
  public OpSpec<Log> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.LOG;
  }
}
