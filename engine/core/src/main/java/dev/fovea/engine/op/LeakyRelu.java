package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/**
 * Leaky rectified linear unit, elementwise: {@code Y = X} for {@code X >= 0}, else {@code alpha X}.
 * Maas et al., "Rectifier nonlinearities improve neural network acoustic models", ICML 2013.
 *
 * @param alpha slope for negative values; 0.01 where ONNX says nothing
 */
public record LeakyRelu(float alpha) implements Elementwise {

  /** Specification. */
  public static final OpSpec<LeakyRelu> SPEC =
      OpSpec.of(
          "LeakyRelu",
          6,
          LeakyRelu.class,
          a -> new LeakyRelu(a.floatValue("alpha", 0.01f)),
          op -> Attributes.none().with("alpha", op.alpha),
          Elementwise.examples(new LeakyRelu(0.2f)));

  @Override
  public OpSpec<LeakyRelu> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.LEAKY_RELU;
  }
}
