package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.Interpolation.Method;
import dev.fovea.engine.kernel.Sampling;
import dev.fovea.engine.kernel.Sampling.Padding;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads images {@code X [N, C, H, W]} at the coordinates of a grid {@code [N, OH, OW, 2]} to {@code
 * [N, C, OH, OW]}, and volumes {@code [N, C, D, H, W]} at those of {@code [N, OD, OH, OW, 3]}
 * alike. Coordinates are normalised, x first: see {@link Sampling}. Differentiable by both inputs;
 * by the grid piecewise, and not at all with the nearest pixel. Jaderberg et al., "Spatial
 * Transformer Networks", 2015.
 *
 * @param sampling interpolation, what lies outside of the image, and what -1 and 1 mean
 */
public record GridSample(Sampling sampling) implements Op {

  // Inside and outside of an image of 5 x 4 pixels, and far enough from where a neighbour changes.
  private static final float[] ROWS = {0.25f, 3.75f, -0.75f, 2.25f, 4.25f, 1.75f, 6.25f, -2.25f};
  private static final float[] PLANES = {0.25f, 1.75f, -0.75f, 2.25f, 0.75f};
  private static final float[] COLUMNS = {1.75f, -0.75f, 2.25f, 0.25f, 3.25f, -3.75f, 5.25f};

  /** Specification. */
  public static final OpSpec<GridSample> SPEC =
      OpSpec.of(
          "GridSample",
          20,
          GridSample.class,
          GridSample::read,
          GridSample::write,
          example(Method.LINEAR, Padding.ZEROS, false),
          example(Method.LINEAR, Padding.ZEROS, true),
          example(Method.LINEAR, Padding.BORDER, false),
          example(Method.LINEAR, Padding.REFLECTION, true),
          example(Method.LINEAR, Padding.REFLECTION, false),
          example(Method.NEAREST, Padding.ZEROS, false),
          example(Method.NEAREST, Padding.BORDER, true),
          example(Method.NEAREST, Padding.REFLECTION, false),
          example(Method.CUBIC, Padding.ZEROS, false),
          example(Method.CUBIC, Padding.BORDER, true),
          example(Method.CUBIC, Padding.REFLECTION, false),
          volume(Method.LINEAR, Padding.ZEROS, false),
          volume(Method.LINEAR, Padding.BORDER, true),
          volume(Method.LINEAR, Padding.REFLECTION, false),
          volume(Method.NEAREST, Padding.ZEROS, true),
          volume(Method.NEAREST, Padding.REFLECTION, false));

  private static OpSpec.Example example(Method method, Padding padding, boolean alignCorners) {
    Shape x = Shape.of(2, 3, 5, 4);
    Shape grid = Shape.of(2, 2, 6, 2);
    List<Float> coordinates = new ArrayList<>();
    for (int p = 0; p < grid.size() / 2; p++) {
      coordinates.add(normalised(COLUMNS[p % COLUMNS.length], x.dim(3), alignCorners));
      coordinates.add(normalised(ROWS[p % ROWS.length], x.dim(2), alignCorners));
    }
    return of(new GridSample(new Sampling(method, padding, alignCorners)), x, grid)
        .with(1, new OpSpec.Operand(ElementType.FLOAT, -3, 3, coordinates));
  }

  private static OpSpec.Example volume(Method method, Padding padding, boolean alignCorners) {
    Shape x = Shape.of(1, 2, 3, 5, 4);
    Shape grid = Shape.of(1, 2, 2, 3, 3);
    List<Float> coordinates = new ArrayList<>();
    for (int p = 0; p < grid.size() / 3; p++) {
      coordinates.add(normalised(COLUMNS[p % COLUMNS.length], x.dim(4), alignCorners));
      coordinates.add(normalised(ROWS[p % ROWS.length], x.dim(3), alignCorners));
      coordinates.add(normalised(PLANES[p % PLANES.length], x.dim(2), alignCorners));
    }
    return of(new GridSample(new Sampling(method, padding, alignCorners)), x, grid)
        .with(1, new OpSpec.Operand(ElementType.FLOAT, -3, 3, coordinates));
  }

  private static float normalised(float pixel, int size, boolean alignCorners) {
    return (alignCorners ? 2 * pixel / (size - 1) : (2 * pixel + 1) / size) - 1;
  }

  private static GridSample read(Attributes a) {
    return new GridSample(
        new Sampling(
            OnnxNames.constant(Method.class, "mode", a.text("mode", "linear")),
            OnnxNames.constant(Padding.class, "padding_mode", a.text("padding_mode", "zeros")),
            a.intValue("align_corners", 0) != 0));
  }

  private static Attributes write(GridSample op) {
    return Attributes.none()
        .with("mode", OnnxNames.of(op.sampling.method()))
        .with("padding_mode", OnnxNames.of(op.sampling.padding()))
        .with("align_corners", op.sampling.alignCorners() ? 1L : 0L);
  }

  @Override
  public OpSpec<GridSample> spec() {
    return SPEC;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("GridSample", in, 2, 2);
    Shape x = in.get(0);
    Shape grid = in.get(1);
    int space = x.rank() == 5 ? 3 : 2;
    Check.image("GridSample", x, space);
    String form = ", " + Check.space(space, "O") + ", " + space + "]";
    Check.rank("GridSample", "grid", grid, 2 + space, "[N" + form);
    Check.that(
        grid.dim(0) == x.dim(0) && grid.dim(-1) == space,
        "GridSample",
        "grid expected [" + x.dim(0) + form + ", found " + grid);
    Check.that(
        x.size(2, x.rank()) > 0, "GridSample", "expected at least one pixel, found the input " + x);
    return List.of(
        Check.joined(Check.part(x, 0, 2), Check.part(grid, 1, grid.rank() - 1), Shape.SCALAR));
  }

  @Override
  public void forward(Forward r) {
    r.kernels().gridSample(sampling, r.input(0), r.input(1), r.output(0));
  }

  @Override
  public void backward(Backward r) {
    r.kernels()
        .gridSampleBackward(
            sampling, r.input(0), r.input(1), r.cotangent(0), r.gradient(0), r.gradient(1));
  }
}
