package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.Shape;

/**
 * Gaussian error linear unit, elementwise: {@code Y = X (1 + erf(X / sqrt 2)) / 2}, or its
 * approximation {@code X (1 + tanh(sqrt(2 / pi) (X + 0.044715 X^3))) / 2}. Hendrycks and Gimpel,
 * "Gaussian error linear units", 2016.
 *
 * @param tanh whether the approximation is computed
 */
public record Gelu(boolean tanh) implements Elementwise {

  /** Specification. */
  public static final OpSpec<Gelu> SPEC =
      OpSpec.of(
          "Gelu",
          20,
          Gelu.class,
          Gelu::read,
          op -> Attributes.none().with("approximate", op.tanh ? "tanh" : "none"),
          of(new Gelu(false), Shape.of(2, 3, 5, 7)),
          of(new Gelu(true), Shape.of(2, 3, 5, 7)),
          of(new Gelu(false), Shape.of(1)),
          of(new Gelu(true), Shape.of(3, 33)));

  @Override
  public OpSpec<Gelu> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return tanh ? Unary.GELU_TANH : Unary.GELU;
  }

  private static Gelu read(Attributes a) {
    String approximate = a.text("approximate", "none");
    if (!approximate.equals("none") && !approximate.equals("tanh")) {
      throw new IllegalArgumentException(
          "attribute 'approximate': expected none or tanh, found " + approximate);
    }
    return new Gelu(approximate.equals("tanh"));
  }
}
