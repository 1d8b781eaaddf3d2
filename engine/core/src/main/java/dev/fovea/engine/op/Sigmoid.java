package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** Logistic function, elementwise: {@code Y = 1 / (1 + exp(-X))}. */
public record Sigmoid() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Sigmoid> SPEC =
      Elementwise.spec("Sigmoid", 6, Sigmoid.class, new Sigmoid());

  @Override
  public OpSpec<Sigmoid> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.SIGMOID;
  }
}
