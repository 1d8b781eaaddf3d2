package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Binary;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.kernel.Reduce;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * For each index a row with one value at that place and another elsewhere. Input 1 holds the other
 * value, then the one. Negative indices count from the end; for one that is out of range the whole
 * row has the other value.
 *
 * @param depth number of elements of a row
 * @param axis where rows are in the output; negative counts from its innermost axis
 */
public record OneHot(int depth, int axis) implements Op {

  /** Specification. */
  public static final OpSpec<OneHot> SPEC =
      OpSpec.of(
              "OneHot",
              11,
              OneHot.class,
              a -> new OneHot(a.constantInt(1, "depth"), a.intValue("axis", -1)),
              op ->
                  Attributes.none().with("axis", op.axis).withConstant(1, List.of((long) op.depth)),
              of(new OneHot(5, -1), Shape.of(7), Shape.of(2))
                  .with(0, OpSpec.Operand.integers(-7, 6)),
              of(new OneHot(3, 1), Shape.of(2, 4), Shape.of(2))
                  .with(0, OpSpec.Operand.integers(0, 2)),
              of(new OneHot(4, 0), Shape.of(3, 2), Shape.of(2))
                  .with(0, OpSpec.Operand.integers(-4, 3))
                  .with(1, OpSpec.Operand.values(7, -2)))
          .withConstantInputs(1);

  /** Checks the depth. */
  public OneHot {
    if (depth < 1) {
      throw new IllegalArgumentException("OneHot: expected a depth >= 1, found " + depth);
    }
  }

  @Override
  public OpSpec<OneHot> spec() {
    return SPEC;
  }

  @Override
  public Set<ElementType> accepts(int input) {
    return input == 0 ? Set.of(ElementType.INT32, ElementType.INT64) : ElementType.ANY;
  }

  @Override
  public ElementType outputType(int output, List<ElementType> inputs) {
    return inputs.get(1);
  }

  @Override
  public boolean learns(int input) {
    return false;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("OneHot", in, 2, 2);
    Check.vector("OneHot", "values", in.get(1), 2);
    return List.of(column(in.get(0)).with(row(in.get(0)), depth));
  }

  /** The place of rows in the output. */
  private int row(Shape indices) {
    int rank = indices.rank() + 1;
    Check.that(
        axis >= -rank && axis < rank,
        "OneHot",
        "expected an axis in " + -rank + ".." + (rank - 1) + ", found " + axis);
    return axis < 0 ? axis + rank : axis;
  }

  /** The indices with an axis of extent 1 where rows will be. */
  private Shape column(Shape indices) {
    int row = row(indices);
    int[] d = new int[indices.rank() + 1];
    for (int i = 0; i < d.length; i++) {
      d[i] = i == row ? 1 : indices.dim(i < row ? i : i - 1);
    }
    return Shape.of(d);
  }

  /** Numbers of places, indices from the end, and twice where a place is the one. */
  @Override
  public List<Shape> scratch(List<Shape> in) {
    Shape y = inferShapes(in).get(0);
    return List.of(Shape.of(depth), column(in.get(0)), y, y);
  }

  @Override
  public List<Shape> saved(List<Shape> in) {
    return scratch(in);
  }

  @Override
  public void forward(Forward r) {
    Tensor hit = hits(r.kernels(), r.input(0), r::scratch);
    Tensor values = r.input(1);
    r.kernels().select(hit, values.slice(1, 2), values.slice(0, 1), r.output(0));
  }

  /** The sum of the cotangent over the places that have a value. */
  @Override
  public void backward(Backward r) {
    Kernels k = r.kernels();
    Tensor hit = hits(k, r.input(0), r::saved);
    Tensor part = r.saved(3);
    k.binary(Binary.MUL, r.cotangent(0), hit, part);
    k.reduce(Reduce.SUM, part, true, r.gradient(1).slice(1, 2));
    k.axpby(1, r.cotangent(0), 0, hit);
    k.axpby(-1, part, 1, hit);
    k.reduce(Reduce.SUM, hit, true, r.gradient(1).slice(0, 1));
  }

  /** 1 where the place is the index, counted from either end; else 0. */
  private Tensor hits(Kernels k, Tensor indices, IntFunction<Tensor> room) {
    Tensor places = room.apply(0);
    Tensor fromTheEnd = room.apply(1);
    Tensor hit = room.apply(2);
    Tensor other = room.apply(3);
    for (int i = 0; i < depth; i++) {
      k.fill(i, places.slice(i, i + 1));
    }
    int[] along = new int[hit.shape().rank()];
    Arrays.fill(along, 1);
    along[row(indices.shape())] = depth;
    Tensor row = places.reshape(Shape.of(along));
    k.binary(Binary.EQUAL, indices.reshape(fromTheEnd.shape()), row, hit);
    k.fill(depth, fromTheEnd);
    k.axpby(1, indices.reshape(fromTheEnd.shape()), 1, fromTheEnd);
    k.binary(Binary.EQUAL, fromTheEnd, row, other);
    k.axpby(1, other, 1, hit);
    return hit;
  }
}
