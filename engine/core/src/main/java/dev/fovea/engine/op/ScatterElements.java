package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Indexing;
import dev.fovea.engine.tensor.Shape;

/**
 * A copy of data with elements along an axis replaced or added to, each by an index of its own; the
 * inverse way of {@link GatherElements}: {@code y[i][indices[i][j][k]][k] (+)= updates[i][j][k]}
 * for axis 1 of three. Without addition indices should differ: where they do not, the last one
 * wins, and the gradient is as if all had.
 *
 * @param axis the axis; negative counts from the innermost
 * @param add whether to add, else to replace
 */
public record ScatterElements(int axis, boolean add) implements Scattering {

  /** Specification. */
  public static final OpSpec<ScatterElements> SPEC =
      OpSpec.of(
          "ScatterElements",
          16,
          ScatterElements.class,
          a -> new ScatterElements(a.intValue("axis", 0), Scattering.readAdd(a)),
          op -> Scattering.write(op.add).with("axis", op.axis),
          of(new ScatterElements(1, true), Shape.of(2, 3, 4), Shape.of(2, 5, 4), Shape.of(2, 5, 4))
              .with(1, OpSpec.Operand.integers(-3, 2)),
          of(new ScatterElements(-1, false), Shape.of(2, 4), Shape.of(2, 3), Shape.of(2, 3))
              .with(1, OpSpec.Operand.values(2, -4, 3)),
          of(new ScatterElements(0, false), Shape.of(5), Shape.of(2), Shape.of(2))
              .with(1, OpSpec.Operand.values(3, 0)));

  @Override
  public OpSpec<ScatterElements> spec() {
    return SPEC;
  }

  @Override
  public Indexing indexing(Shape data, Shape indices, Shape updates) {
    Check.that(
        updates.equals(indices),
        "ScatterElements",
        "expected an update for each of the indices " + indices + ", found " + updates);
    return GatherElements.indexing("ScatterElements", axis, data, indices);
  }
}
