package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.kernel.RoiWindow;
import dev.fovea.engine.op.OpSpec.Operand;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.Set;

/**
 * Pools regions of interest of {@code X [N, C, H, W]} to a fixed size by bilinear samples. Further
 * inputs: the regions {@code [R, 4]} as x1, y1, x2, y2, and the image of each {@code [R]}, an
 * integer; output {@code [R, C, height, width]}. Differentiable by X only. He et al., "Mask R-CNN",
 * 2017.
 *
 * <p>A region may be of any size and lie anywhere; samples more than a pixel outside of the image
 * are 0.
 *
 * @param height bins along rows
 * @param width bins along columns
 * @param window how samples are placed
 */
public record RoiAlign(int height, int width, RoiWindow window) implements Op {

  private static final Operand BOXES =
      new Operand(
          ElementType.FLOAT,
          0,
          8,
          List.of(0.5f, 1.25f, 5f, 6.5f, 2f, 0f, 7.75f, 3f, 1f, 1f, 1.5f, 1.25f));

  /** Specification. */
  public static final OpSpec<RoiAlign> SPEC =
      OpSpec.of(
          "RoiAlign",
          16,
          RoiAlign.class,
          RoiAlign::read,
          RoiAlign::write,
          example(new RoiAlign(3, 2, new RoiWindow(1, 0, true, false))),
          example(new RoiAlign(2, 4, new RoiWindow(0.5f, 2, false, false))),
          example(new RoiAlign(1, 1, new RoiWindow(1, 3, true, false))),
          example(new RoiAlign(7, 7, new RoiWindow(0.75f, 0, false, false))));

  /** Checks the size. */
  public RoiAlign {
    checkSize("RoiAlign", height, width);
  }

  static void checkSize(String op, int height, int width) {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          op + ": output size expected >= 1, found " + height + "x" + width);
    }
  }

  private static OpSpec.Example example(RoiAlign op) {
    return of(op, Shape.of(1, 2, 7, 9), Shape.of(3, 4), Shape.of(3))
        .with(1, BOXES)
        .with(2, Operand.values(0));
  }

  private static RoiAlign read(Attributes a) {
    String coordinates = a.text("coordinate_transformation_mode", "half_pixel");
    String mode = a.text("mode", "avg");
    if (!List.of("half_pixel", "output_half_pixel").contains(coordinates)) {
      throw new IllegalArgumentException(
          "attribute 'coordinate_transformation_mode': expected half_pixel or output_half_pixel,"
              + " found "
              + coordinates);
    }
    if (!List.of("avg", "max").contains(mode)) {
      throw new IllegalArgumentException("attribute 'mode': expected avg or max, found " + mode);
    }
    return new RoiAlign(
        a.intValue("output_height", 1),
        a.intValue("output_width", 1),
        new RoiWindow(
            a.floatValue("spatial_scale", 1),
            a.intValue("sampling_ratio", 0),
            coordinates.equals("half_pixel"),
            mode.equals("max")));
  }

  private static Attributes write(RoiAlign op) {
    return Attributes.none()
        .with("output_height", op.height)
        .with("output_width", op.width)
        .with("spatial_scale", op.window.scale())
        .with("sampling_ratio", op.window.samples())
        .with(
            "coordinate_transformation_mode",
            op.window.halfPixel() ? "half_pixel" : "output_half_pixel")
        .with("mode", op.window.maximum() ? "max" : "avg");
  }

  @Override
  public OpSpec<RoiAlign> spec() {
    return SPEC;
  }

  @Override
  public boolean learns(int input) {
    return input == 0;
  }

  @Override
  public Set<ElementType> accepts(int input) {
    return Set.of(input == 2 ? ElementType.INT64 : ElementType.FLOAT);
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("RoiAlign", in, 3, 3);
    Shape rois = in.get(1);
    Check.rank("RoiAlign", "regions", rois, 2, "[R, 4]");
    Check.that(rois.dim(1) == 4, "RoiAlign", "regions expected [R, 4], found " + rois);
    Check.vector("RoiAlign", "images of the regions", in.get(2), rois.dim(0));
    return List.of(pooled("RoiAlign", in.get(0), rois, height, width));
  }

  /** The shape of pooled regions. */
  static Shape pooled(String op, Shape x, Shape rois, int height, int width) {
    Check.image(op, x);
    Check.that(
        x.dim(0) > 0 && x.dim(2) > 0 && x.dim(3) > 0,
        op,
        "expected at least one image of at least one pixel, found the input " + x);
    return Shape.of(rois.dim(0), x.dim(1), height, width);
  }

  @Override
  public void forward(Forward r) {
    r.kernels().roiAlign(window, r.input(0), r.input(1), r.input(2), r.output(0));
  }

  @Override
  public void backward(Backward r) {
    if (r.gradient(0) != null) {
      r.kernels()
          .roiAlignBackward(
              window, r.input(0), r.input(1), r.input(2), r.cotangent(0), r.gradient(0));
    }
  }
}
