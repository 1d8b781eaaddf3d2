package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/**
 * The nearest integer, of two equally near ones the even one, elementwise; the derivative is taken
 * as 0.
 */
public record Round() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Round> SPEC = Elementwise.spec("Round", 11, Round.class, new Round());

  @Override
  public OpSpec<Round> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.ROUND;
  }
}
