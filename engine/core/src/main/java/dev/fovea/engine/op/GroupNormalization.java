package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * Group normalisation: {@code Y = scale (X - mean) / sqrt(var + epsilon) + bias}, mean and variance
 * over space and the channels of a group, for each sample alone. Wu and He, ECCV 2018.
 *
 * <p>Inputs {@code X [N, C, ...]} and {@code scale}, {@code bias}, both {@code [C]}.
 *
 * @param groups number of groups, of equally many consecutive channels
 * @param epsilon added to the variance
 */
public record GroupNormalization(int groups, float epsilon) implements Standardizing {

  /** Specification. */
  public static final OpSpec<GroupNormalization> SPEC =
      OpSpec.of(
          "GroupNormalization",
          21,
          GroupNormalization.class,
          a -> new GroupNormalization(a.intValue("num_groups", 0), a.floatValue("epsilon", 1e-5f)),
          op -> Attributes.none().with("num_groups", op.groups).with("epsilon", op.epsilon),
          example(new GroupNormalization(2, 1e-5f), 2, 4, 5, 7),
          example(new GroupNormalization(1, 1e-3f), 3, 3, 11),
          example(new GroupNormalization(3, 1e-5f), 1, 3, 2, 3, 3));

  private static OpSpec.Example example(GroupNormalization op, int... x) {
    return of(op, Shape.of(x), Shape.of(x[1]), Shape.of(x[1]));
  }

  /** Checks the number of groups. */
  public GroupNormalization {
    if (groups < 1) {
      throw new IllegalArgumentException(
          "GroupNormalization: num_groups expected to be positive, found " + groups);
    }
  }

  @Override
  public OpSpec<GroupNormalization> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.channelParameters("GroupNormalization", in);
    Shape x = in.get(0);
    Check.groups("GroupNormalization", groups, x.dim(1), x);
    return List.of(x);
  }

  @Override
  public int rows(Shape x) {
    return x.dim(0) * groups;
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
