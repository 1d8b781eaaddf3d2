package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** The largest integer that is not larger, elementwise; the derivative is taken as 0. */
public record Floor() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Floor> SPEC = Elementwise.spec("Floor", 6, Floor.class, new Floor());

  @Override
  public OpSpec<Floor> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.FLOOR;
  }
}
