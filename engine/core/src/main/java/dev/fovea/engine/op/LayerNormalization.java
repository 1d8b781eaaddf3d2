package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Layer normalisation: {@code Y = scale (X - mean) / sqrt(var + epsilon) + bias}, mean and variance
 * over all dimensions from {@code axis} on, for each sample alone. Ba et al., "Layer
 * normalization", 2016.
 *
 * <p>Inputs X, {@code scale} and optionally {@code bias}, both of the shape of these dimensions.
 *
 * @param axis the first dimension that is normalised; negative counts from the innermost
 * @param epsilon added to the variance
 */
public record LayerNormalization(int axis, float epsilon) implements Standardizing {

  /** Specification. */
  public static final OpSpec<LayerNormalization> SPEC =
      OpSpec.of(
          "LayerNormalization",
          17,
          LayerNormalization.class,
          a -> new LayerNormalization(a.intValue("axis", -1), a.floatValue("epsilon", 1e-5f)),
          op -> Attributes.none().with("axis", op.axis).with("epsilon", op.epsilon),
          of(new LayerNormalization(-1, 1e-5f), Shape.of(4, 17), Shape.of(17), Shape.of(17)),
          of(
              new LayerNormalization(1, 1e-3f),
              Shape.of(2, 3, 5, 7),
              Shape.of(3, 5, 7),
              Shape.of(3, 5, 7)),
          of(new LayerNormalization(-2, 1e-5f), Shape.of(2, 3, 5, 4), Shape.of(5, 4)));

  @Override
  public OpSpec<LayerNormalization> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("LayerNormalization", in, 2, 3);
    Shape x = in.get(0);
    int first = Check.axis("LayerNormalization", axis, x);
    Check.that(x.size() > 0, "LayerNormalization", "expected an input with elements, found " + x);
    Shape expected = Shape.of(Arrays.copyOfRange(x.toArray(), first, x.rank()));
    for (int i = 1; i < in.size(); i++) {
      Check.that(
          in.get(i).equals(expected),
          "LayerNormalization",
          (i == 1 ? "scale" : "bias") + " expected " + expected + ", found " + in.get(i));
    }
    return List.of(x);
  }

  @Override
  public int rows(Shape x) {
    return x.size(0, axis < 0 ? axis + x.rank() : axis);
  }

  @Override
  public Shape view(Shape x) {
    return Shape.of(rows(x), x.size() / rows(x));
  }

  @Override
  public Shape parameters(Shape x) {
    return Shape.of(x.size() / rows(x));
  }
}
