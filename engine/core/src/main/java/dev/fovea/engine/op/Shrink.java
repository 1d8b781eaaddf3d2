package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/**
 * Shrinkage, elementwise: {@code Y = X + bias} for {@code X < -lambda}, {@code X - bias} for {@code
 * X > lambda}, else 0. Hard shrinkage has the bias 0, soft shrinkage the bias lambda.
 *
 * @param lambda half the width of the zero zone; 0.5 where ONNX says nothing
 * @param bias what magnitudes are reduced by; 0 where ONNX says nothing
 */
public record Shrink(float lambda, float bias) implements Elementwise {

  /** Specification. */
  public static final OpSpec<Shrink> SPEC =
      OpSpec.of(
          "Shrink",
          9,
          Shrink.class,
          a -> new Shrink(a.floatValue("lambd", 0.5f), a.floatValue("bias", 0)),
          op -> Attributes.none().with("lambd", op.lambda).with("bias", op.bias),
          Elementwise.examples(new Shrink(1.5f, 0.75f)));

  @Override
  public OpSpec<Shrink> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.SHRINK;
  }

  @Override
  public float alpha() {
    return lambda;
  }

  @Override
  public float beta() {
    return bias;
  }
}
