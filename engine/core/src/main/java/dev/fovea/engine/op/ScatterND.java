package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Indexing;
import dev.fovea.engine.tensor.Shape;

/**
 * A copy of data with slices replaced by updates, or combined with them; the inverse way of {@link
 * GatherND}: each tuple along the last dimension of the indices {@code [q..., k]} names a slice,
 * for which there is one of the updates {@code [q..., slice...]}. Where they replace, tuples should
 * differ: where they do not, the last one wins, and the gradient is as if all had.
 *
 * @param reduction what becomes of an element and an update
 */
public record ScatterND(ScatterReduction reduction) implements Scattering {

  /** Specification. */
  public static final OpSpec<ScatterND> SPEC =
      OpSpec.of(
          "ScatterND",
          16,
          ScatterND.class,
          a -> new ScatterND(Scattering.read(a)),
          ScatterND::write,
          of(new ScatterND(ScatterReduction.ADD), Shape.of(3, 4, 2), Shape.of(5, 2), Shape.of(5, 2))
              .with(1, OpSpec.Operand.integers(-3, 2)),
          of(new ScatterND(ScatterReduction.NONE), Shape.of(4, 3), Shape.of(2, 1), Shape.of(2, 3))
              .with(1, OpSpec.Operand.values(2, -4)),
          of(
                  new ScatterND(ScatterReduction.NONE),
                  Shape.of(3, 2),
                  Shape.of(1, 2, 2),
                  Shape.of(1, 2))
              .with(1, OpSpec.Operand.values(2, 1, 0, 0)),
          of(new ScatterND(ScatterReduction.MUL), Shape.of(3, 2), Shape.of(3, 1), Shape.of(3, 2))
              .with(1, OpSpec.Operand.values(2, 0, 2)));

  @Override
  public OpSpec<ScatterND> spec() {
    return SPEC;
  }

  @Override
  public Indexing indexing(Shape data, Shape indices, Shape updates) {
    Indexing g = GatherND.indexing("ScatterND", 0, data, indices);
    Shape expected =
        Check.joined(
            Check.part(indices, 0, indices.rank() - 1),
            Check.part(data, g.extents().size(), data.rank()),
            Shape.SCALAR);
    Check.that(
        updates.equals(expected),
        "ScatterND",
        "expected updates " + expected + ", found " + updates);
    return g;
  }
}
