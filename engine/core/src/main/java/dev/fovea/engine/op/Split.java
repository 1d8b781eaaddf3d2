package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.StridedCopy;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a tensor into parts along one axis; the inverse of {@link Concat}.
 *
 * @param axis the axis; negative counts from the innermost
 * @param sizes extents of the parts, which add up to that of the axis
 */
public record Split(int axis, List<Integer> sizes) implements Moving {

  /** Specification. */
  public static final OpSpec<Split> SPEC =
      OpSpec.of(
              "Split",
              13,
              Split.class,
              a -> new Split(a.intValue("axis", 0), a.constantInts(1, "split")),
              op ->
                  Attributes.none()
                      .with("axis", op.axis)
                      .withConstant(1, Attributes.longs(op.sizes)),
              of(new Split(1, List.of(2, 1, 3)), Shape.of(2, 6, 4)),
              of(new Split(-1, List.of(5, 2)), Shape.of(3, 2, 7)),
              of(new Split(0, List.of(1, 1)), Shape.of(2)),
              of(new Split(2, List.of(4)), Shape.of(1, 2, 4)))
          .withConstantInputs(1);

  /** Copies the list and checks it. */
  public Split {
    sizes = List.copyOf(sizes);
    if (sizes.isEmpty() || sizes.stream().anyMatch(s -> s < 0)) {
      throw new IllegalArgumentException("Split: expected sizes >= 0, found " + sizes);
    }
  }

  @Override
  public OpSpec<Split> spec() {
    return SPEC;
  }

  @Override
  public int outputs() {
    return sizes.size();
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("Split", in, 1, 1);
    Shape x = in.get(0);
    int a = Check.axis("Split", axis, x);
    Check.that(
        sizes.stream().mapToLong(s -> s).sum() == x.dim(a),
        "Split",
        "expected the parts " + sizes + " to add up along axis " + a + ", found the input " + x);
    List<Shape> out = new ArrayList<>();
    for (int size : sizes) {
      out.add(x.with(a, size));
    }
    return out;
  }

  @Override
  public List<StridedCopy> copies(Shape x, Shape y, int output) {
    int a = axis < 0 ? axis + x.rank() : axis;
    int before = sizes.subList(0, output).stream().mapToInt(s -> s).sum();
    int[] strides = x.strides();
    return List.of(StridedCopy.of(y.toArray(), before * strides[a], strides, 0, y.strides()));
  }
}
