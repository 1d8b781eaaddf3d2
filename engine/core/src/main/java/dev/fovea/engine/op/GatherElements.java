package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Indexing;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * Picks elements along an axis, each by an index of its own: {@code y[i][j][k] =
 * data[i][indices[i][j][k]][k]} for axis 1 of three. The indices have the shape of the data save
 * along the axis; negative ones count from the end.
 *
 * @param axis the axis; negative counts from the innermost
 */
public record GatherElements(int axis) implements Gathering {

  /** Specification. */
  public static final OpSpec<GatherElements> SPEC =
      OpSpec.of(
          "GatherElements",
          11,
          GatherElements.class,
          a -> new GatherElements(a.intValue("axis", 0)),
          op -> Attributes.none().with("axis", op.axis),
          of(new GatherElements(1), Shape.of(2, 3, 4), Shape.of(2, 5, 4))
              .with(1, OpSpec.Operand.integers(-3, 2)),
          of(new GatherElements(0), Shape.of(4, 2), Shape.of(1, 2))
              .with(1, OpSpec.Operand.integers(0, 3)),
          of(new GatherElements(-1), Shape.of(3), Shape.of(7))
              .with(1, OpSpec.Operand.integers(0, 2)));

  @Override
  public OpSpec<GatherElements> spec() {
    return SPEC;
  }

  @Override
  public Indexing indexing(Shape data, Shape indices) {
    return indexing("GatherElements", axis, data, indices);
  }

  @Override
  public Shape picked(Shape data, Shape indices) {
    return indices;
  }

  /** Elements of {@code x} along an axis by indices of the same shape save for that axis. */
  static Indexing indexing(String op, int axis, Shape x, Shape indices) {
    int a = Check.axis(op, axis, x);
    Check.that(
        indices.rank() == x.rank() && indices.with(a, 0).equals(x.with(a, 0)),
        op,
        "expected indices that differ from the data in axis "
            + a
            + " only, found "
            + x
            + " and "
            + indices);
    return new Indexing(
        x.size(0, a), List.of(x.dim(a)), x.size(a + 1, x.rank()), indices.dim(a), true, true);
  }
}
