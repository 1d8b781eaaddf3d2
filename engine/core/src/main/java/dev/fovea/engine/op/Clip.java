package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * Limits each element: {@code Y = min(max(X, min), max)}. The derivative is 1 from min to max, both
 * included, else 0. With 0 and 6 the ReLU6 of MobileNet.
 *
 * @param min lower limit; minus infinity for none
 * @param max upper limit; infinity for none
 */
public record Clip(float min, float max) implements Elementwise {

  /** Specification. */
  public static final OpSpec<Clip> SPEC =
      OpSpec.of(
              "Clip",
              11,
              Clip.class,
              a ->
                  new Clip(
                      limit(a, 1, Float.NEGATIVE_INFINITY), limit(a, 2, Float.POSITIVE_INFINITY)),
              Clip::write,
              of(new Clip(-1, 1.5f), Shape.of(2, 3, 5, 7)),
              of(new Clip(0, Float.POSITIVE_INFINITY), Shape.of(3, 33)),
              of(new Clip(Float.NEGATIVE_INFINITY, 0.5f), Shape.of(1)),
              of(new Clip(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY), Shape.of(3)))
          .withConstantInputs(1, 2);

  /** Checks the limits. */
  public Clip {
    if (!(min < Float.POSITIVE_INFINITY) || !(max > Float.NEGATIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Clip: expected a lower and an upper limit, found " + min + " and " + max);
    }
  }

  private static float limit(Attributes a, int input, float otherwise) {
    List<? extends Number> v = a.constant(input);
    return v == null || v.isEmpty() ? otherwise : v.get(0).floatValue();
  }

  private static Attributes write(Clip op) {
    Attributes a = Attributes.none();
    a = Float.isInfinite(op.min) ? a : a.withConstant(1, List.of(op.min));
    return Float.isInfinite(op.max) ? a : a.withConstant(2, List.of(op.max));
  }

  @Override
  public OpSpec<Clip> spec() {
    return SPEC;
  }

  @Override
  public Unary function() {
    return Unary.CLIP;
  }

  @Override
  public float alpha() {
    return min;
  }

  @Override
  public float beta() {
    return max;
  }
}
