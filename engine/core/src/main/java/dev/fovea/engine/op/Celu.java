package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/**
 * Continuously differentiable exponential linear unit, elementwise: {@code Y = X} for {@code X >
 * 0}, else {@code alpha (exp(X / alpha) - 1)}. Barron, "Continuously differentiable exponential
 * linear units", 2017.
 *
 * @param alpha the limit for very negative X, with the sign changed; not 0; 1 where ONNX says
 *     nothing
 */
public record Celu(float alpha) implements Elementwise {

  /** Specification. */
  public static final OpSpec<Celu> SPEC =
      OpSpec.of(
          "Celu",
          12,
          Celu.class,
          a -> new Celu(a.floatValue("alpha", 1)),
          op -> Attributes.none().with("alpha", op.alpha),
          Elementwise.examples(new Celu(1.5f)));

  /** Checks alpha. */
  public Celu {
    if (alpha == 0) {
      throw new IllegalArgumentException("Celu: alpha expected other than 0, found 0");
    }
  }

  @Override
  public OpSpec<Celu> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.CELU;
  }
}
