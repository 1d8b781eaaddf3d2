package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** The smallest integer that is not smaller, elementwise; the derivative is taken as 0. */
public record Ceil() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Ceil> SPEC = Elementwise.spec("Ceil", 6, Ceil.class, new Ceil());

  @Override
  public OpSpec<Ceil> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.CEIL;
  }
}
