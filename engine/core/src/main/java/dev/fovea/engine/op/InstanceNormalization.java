package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * Instance normalisation: {@code Y = scale (X - mean) / sqrt(var + epsilon) + bias}, mean and
 * variance over space, for each channel of each sample alone. Ulyanov et al., "Instance
 * normalization: the missing ingredient for fast stylization", 2016.
 *
 * <p>Inputs {@code X [N, C, ...]} and {@code scale}, {@code bias}, both {@code [C]}.
 *
 * @param epsilon added to the variance
 */
public record InstanceNormalization(float epsilon) implements Standardizing {

  /** Specification. */
  public static final OpSpec<InstanceNormalization> SPEC =
      OpSpec.of(
          "InstanceNormalization",
          6,
          InstanceNormalization.class,
          a -> new InstanceNormalization(a.floatValue("epsilon", 1e-5f)),
          op -> Attributes.none().with("epsilon", op.epsilon),
          example(2, 3, 5, 7),
          example(1, 2, 9),
          example(3, 2, 2, 3, 3));

  private static OpSpec.Example example(int... x) {
    return of(new InstanceNormalization(1e-3f), Shape.of(x), Shape.of(x[1]), Shape.of(x[1]));
  }

  @Override
  public OpSpec<InstanceNormalization> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.channelParameters("InstanceNormalization", in);
    return List.of(in.get(0));
  }

  @Override
  public int rows(Shape x) {
    return x.size(0, 2);
  }

  @Override
  public Shape view(Shape x) {
    return Shape.of(x.dim(0), x.dim(1), x.size(2, x.rank()));
  }

  @Override
  public Shape parameters(Shape x) {
    return Shape.of(x.dim(1), 1);
  }
}
