package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/**
 * Piecewise linear sigmoid, elementwise: {@code Y = min(max(alpha X + beta, 0), 1)}. Courbariaux et
 * al., "BinaryConnect", NIPS 2015.
 *
 * @param alpha slope; 0.2 where ONNX says nothing
 * @param beta value at 0; 0.5 where ONNX says nothing
 */
public record HardSigmoid(float alpha, float beta) implements Elementwise {

  /** Specification. */
  public static final OpSpec<HardSigmoid> SPEC =
      OpSpec.of(
          "HardSigmoid",
          6,
          HardSigmoid.class,
          a -> new HardSigmoid(a.floatValue("alpha", 0.2f), a.floatValue("beta", 0.5f)),
          op -> Attributes.none().with("alpha", op.alpha).with("beta", op.beta),
          Elementwise.examples(new HardSigmoid(0.25f, 0.5f)));

  @Override
  public OpSpec<HardSigmoid> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.HARD_SIGMOID;
  }
}
