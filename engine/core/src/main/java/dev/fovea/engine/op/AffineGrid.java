package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The coordinates at which an affine map has each pixel of an output read its input; the first half
 * of a spatial transformer, whose second is {@link GridSample}. {@code theta [N, 2, 3]} to {@code
 * [N, H, W, 2]}, or {@code [N, 3, 4]} to {@code [N, D, H, W, 3]} for volumes; x comes first.
 * Jaderberg et al., "Spatial Transformer Networks", 2015.
 *
 * @param size of the images to be made: N, C, H, W, or N, C, D, H, W
 * @param alignCorners whether -1 and 1 are the centres of the outer pixels, else their outer edges
 */
public record AffineGrid(List<Integer> size, boolean alignCorners) implements Op {

  private static final int SIZE = 1;

  /** Specification. */
  public static final OpSpec<AffineGrid> SPEC =
      OpSpec.of(
              "AffineGrid",
              20,
              AffineGrid.class,
              AffineGrid::read,
              op ->
                  Attributes.none()
                      .with("align_corners", op.alignCorners ? 1L : 0L)
                      .withConstant(SIZE, op.size.stream().map(Long::valueOf).toList()),
              of(new AffineGrid(List.of(2, 3, 4, 5), false), Shape.of(2, 2, 3)),
              of(new AffineGrid(List.of(1, 1, 3, 6), true), Shape.of(1, 2, 3)),
              of(new AffineGrid(List.of(2, 1, 3, 2, 4), false), Shape.of(2, 3, 4)),
              of(new AffineGrid(List.of(1, 2, 2, 3, 3), true), Shape.of(1, 3, 4)))
          .withConstantInputs(SIZE);

  /** Checks the size. */
  public AffineGrid {
    size = List.copyOf(size);
    if ((size.size() != 4 && size.size() != 5) || size.stream().anyMatch(d -> d < 1)) {
      throw new IllegalArgumentException(
          "AffineGrid: size expected N, C, H, W or N, C, D, H, W, all >= 1, found " + size);
    }
  }

  private static AffineGrid read(Attributes a) {
    List<? extends Number> size = a.constant(SIZE);
    if (size == null) {
      throw new IllegalArgumentException("AffineGrid: expected a constant size, found none");
    }
    return new AffineGrid(
        size.stream().map(n -> Math.toIntExact(n.longValue())).toList(),
        a.intValue("align_corners", 0) != 0);
  }

  @Override
  public OpSpec<AffineGrid> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("AffineGrid", in, 1, 1);
    int n = size.size() - 2;
    Shape expected = Shape.of(size.get(0), n, n + 1);
    Check.that(
        in.get(0).equals(expected),
        "AffineGrid",
        "theta expected " + expected + ", found " + in.get(0));
    List<Integer> dims = new ArrayList<>(size.subList(2, size.size()));
    dims.add(0, size.get(0));
    dims.add(n);
    return List.of(Shape.of(dims.stream().mapToInt(Integer::intValue).toArray()));
  }

  @Override
  public void forward(Forward r) {
    r.kernels().affineGrid(alignCorners, r.input(0), r.output(0));
  }

  @Override
  public void backward(Backward r) {
    r.kernels().affineGridBackward(alignCorners, r.cotangent(0), r.gradient(0));
  }
}
