package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/**
 * Rectified linear unit with a threshold, elementwise: {@code Y = X} for {@code X > alpha}, else 0.
 * Konda et al., "Zero-bias autoencoders and the benefits of co-adapting features", 2014.
 *
 * @param alpha the threshold; 1 where ONNX says nothing
 */
public record ThresholdedRelu(float alpha) implements Elementwise {

  /** Specification. */
  public static final OpSpec<ThresholdedRelu> SPEC =
      OpSpec.of(
          "ThresholdedRelu",
          10,
          ThresholdedRelu.class,
          a -> new ThresholdedRelu(a.floatValue("alpha", 1)),
          op -> Attributes.none().with("alpha", op.alpha),
          Elementwise.examples(new ThresholdedRelu(0.5f)));

  @Override
  public OpSpec<ThresholdedRelu> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.THRESHOLDED_RELU;
  }
}
