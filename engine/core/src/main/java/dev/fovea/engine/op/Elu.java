package dev.fovea.engine.op;

import dev.fovea.engine.kernel.Unary;

/**
 * Exponential linear unit, elementwise: {@code Y = X} for {@code X > 0}, else {@code alpha (exp(X)
 * - 1)}. Clevert et al., ICLR 2016.
 *
 * @param alpha the limit for very negative X, with the sign changed; 1 where ONNX says nothing
 */
public record Elu(float alpha) implements Elementwise {

  /** Specification. */
  public static final OpSpec<Elu> SPEC =
      OpSpec.of(
          "Elu",
          6,
          Elu.class,
          a -> new Elu(a.floatValue("alpha", 1)),
          op -> Attributes.none().with("alpha", op.alpha),
          Elementwise.examples(new Elu(1.5f)));

  @Override
  public OpSpec<Elu> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.ELU;
  }

  @Override
  public float beta() {
    return 1;
  }
}
