package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/**
 * Scaled exponential linear unit, elementwise: {@code Y = gamma X} for {@code X > 0}, else {@code
 * gamma alpha (exp(X) - 1)}. Klambauer et al., "Self-normalizing neural networks", NIPS 2017.
 *
 * @param alpha 1.6732632 where ONNX says nothing
 * @param gamma 1.0507010 where ONNX says nothing
 */
public record Selu(float alpha, float gamma) implements Elementwise {

  /** The constants of the paper, with which activations keep mean 0 and variance 1. */
  public static final Selu DEFAULT =
      new Selu(1.67326319217681884765625f, 1.05070102214813232421875f);

  /** Specification. */
  public static final OpSpec<Selu> SPEC =
      OpSpec.of(
          "Selu",
          6,
          Selu.class,
          a -> new Selu(a.floatValue("alpha", DEFAULT.alpha), a.floatValue("gamma", DEFAULT.gamma)),
          op -> Attributes.none().with("alpha", op.alpha).with("gamma", op.gamma),
          Elementwise.examples(DEFAULT));

  @Override
  public OpSpec<Selu> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.ELU;
  }

  @Override
  public float beta() {
    return gamma;
  }
}
