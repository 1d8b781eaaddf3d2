package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/**
 * Elementwise {@code Y = X sigmoid(alpha X)}; with alpha 1 also known as SiLU. Ramachandran et al.,
 * "Searching for activation functions", 2017.
 *
 * @param alpha steepness of the gate; 1 where ONNX says nothing
 */
public record Swish(float alpha) implements Elementwise {

  /** Specification. */
  public static final OpSpec<Swish> SPEC =
      OpSpec.of(
          "Swish",
          24,
          Swish.class,
          a -> new Swish(a.floatValue("alpha", 1)),
          op -> Attributes.none().with("alpha", op.alpha),
          Elementwise.examples(new Swish(1.25f)));

  @Override
  public OpSpec<Swish> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.SWISH;
  }
}
