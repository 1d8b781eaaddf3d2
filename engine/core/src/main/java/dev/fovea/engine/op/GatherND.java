package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Indexing;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Picks slices of data by tuples of indices: the last dimension of the indices {@code [q..., k]}
 * names one index for each of the first {@code k} dimensions of the data, after the batch
 * dimensions, which both have in common. Negative indices count from the end.
 *
 * @param batchDims number of batch dimensions
 */
public record GatherND(int batchDims) implements Gathering {

  /** Specification. */
  public static final OpSpec<GatherND> SPEC =
      OpSpec.of(
          "GatherND",
          12,
          GatherND.class,
          a -> new GatherND(a.intValue("batch_dims", 0)),
          op -> Attributes.none().with("batch_dims", op.batchDims),
          of(new GatherND(0), Shape.of(3, 4, 2), Shape.of(5, 2))
              .with(1, OpSpec.Operand.integers(-3, 2)),
          of(new GatherND(0), Shape.of(3, 2), Shape.of(2, 1, 1))
              .with(1, OpSpec.Operand.integers(0, 2)),
          of(new GatherND(1), Shape.of(2, 3, 4), Shape.of(2, 5, 1))
              .with(1, OpSpec.Operand.integers(0, 2)),
          of(new GatherND(0), Shape.of(3, 3), Shape.of(2)).with(1, OpSpec.Operand.integers(0, 2)));

  /** Checks the number. */
  public GatherND {
    if (batchDims < 0) {
      throw new IllegalArgumentException("GatherND: expected batch_dims >= 0, found " + batchDims);
    }
  }

  @Override
  public OpSpec<GatherND> spec() {
    return SPEC;
  }

  @Override
  public Set<ElementType> accepts(int input) {
    return input == 0 ? ElementType.ANY : Set.of(ElementType.INT64);
  }

  @Override
  public Indexing indexing(Shape data, Shape indices) {
    return indexing("GatherND", batchDims, data, indices);
  }

  @Override
  public Shape picked(Shape data, Shape indices) {
    int first = batchDims + indices.dim(-1);
    return Check.joined(
        Check.part(indices, 0, indices.rank() - 1),
        Check.part(data, first, data.rank()),
        Shape.SCALAR);
  }

  /** Slices of {@code x} by tuples of indices. */
  static Indexing indexing(String op, int batchDims, Shape x, Shape indices) {
    int batch = Math.min(batchDims, Math.min(x.rank(), indices.rank() - 1));
    boolean fits =
        batch == batchDims && Check.part(x, 0, batch).equals(Check.part(indices, 0, batch));
    int tuple = fits ? indices.dim(-1) : 0;
    Check.that(
        tuple >= 1 && batch + tuple <= x.rank(),
        op,
        "expected indices ["
            + (batchDims > 0 ? "the " + batchDims + " batch dimensions of the data, " : "")
            + "..., 1 to the number of other dimensions], found data "
            + x
            + " and indices "
            + indices);
    List<Integer> extents = new ArrayList<>();
    for (int d = batch; d < batch + tuple; d++) {
      extents.add(x.dim(d));
    }
    return new Indexing(
        x.size(0, batch),
        extents,
        x.size(batch + tuple, x.rank()),
        indices.size(batch, indices.rank() - 1),
        true,
        false);
  }
}
