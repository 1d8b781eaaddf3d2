package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/** Logistic function, elementwise: {@code Y = 1 / (1 + exp(-X))}. */
public record Sigmoid() implements Elementwise {

  /** Specification. */
  public static final OpSpec<Sigmoid> SPEC =
      OpSpec.of(
          "Sigmoid",
          6,
          Sigmoid.class,
          a -> new Sigmoid(),
          op -> Attributes.none(),
          Elementwise.examples(new Sigmoid()));

  @Override
  public OpSpec<Sigmoid> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.SIGMOID;
  }
}
