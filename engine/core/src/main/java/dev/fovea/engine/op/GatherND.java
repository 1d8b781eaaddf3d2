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
public record GatherND(int batchDims) implements Op {

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
  public ElementType outputType(int output, List<ElementType> inputs) {
    return inputs.get(0);
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("GatherND", in, 2, 2);
    Shape x = in.get(0);
    Shape q = in.get(1);
    Indexing g = indexing("GatherND", batchDims, x, q);
    Shape slice = Check.part(x, batchDims + g.extents().size(), x.rank());
    return List.of(Check.joined(Check.part(q, 0, q.rank() - 1), slice, Shape.SCALAR));
  }

  @Override
  public void forward(Forward r) {
    Indexing g = indexing("GatherND", batchDims, r.input(0).shape(), r.input(1).shape());
    r.kernels().gather(g, r.input(0), r.input(1), false, r.output(0));
  }

  @Override
  public void backward(Backward r) {
    Indexing g = indexing("GatherND", batchDims, r.input(0).shape(), r.input(1).shape());
    r.kernels().scatter(g, r.cotangent(0), r.input(1), true, r.gradient(0));
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
