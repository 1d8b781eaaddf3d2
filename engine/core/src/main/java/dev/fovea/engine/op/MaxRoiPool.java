package dev.fovea.engine.op;

import static dev.fovea.engine.op.OpSpec.Example.of;

import dev.fovea.engine.op.OpSpec.Operand;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import java.util.List;

/**
 * RoIPool: pools regions of interest of {@code X [N, C, H, W]} to a fixed size by the maximum of
 * their pixels. The second input {@code [R, 5]} holds for each region its image and x1, y1, x2, y2,
 * which are rounded to pixels; output {@code [R, C, height, width]}, 0 where a bin is outside of
 * the image. Differentiable by X only. Girshick, "Fast R-CNN", 2015.
 *
 * @param height bins along rows
 * @param width bins along columns
 * @param scale from the coordinates of the regions to those of X
 */
public record MaxRoiPool(int height, int width, float scale) implements Op {

  private static final Operand BOXES =
      new Operand(
          ElementType.FLOAT,
          0,
          8,
          List.of(0f, 0.5f, 1.25f, 5f, 6.4f, 0f, 2f, 0f, 7.75f, 3f, 0f, 1f, 1f, 1.4f, 1.25f));

  /** Specification. */
  public static final OpSpec<MaxRoiPool> SPEC =
      OpSpec.of(
          "MaxRoiPool",
          1,
          MaxRoiPool.class,
          MaxRoiPool::read,
          op ->
              Attributes.none()
                  .withInts("pooled_shape", op.height, op.width)
                  .with("spatial_scale", op.scale),
          example(new MaxRoiPool(3, 2, 1)),
          example(new MaxRoiPool(2, 4, 0.5f)),
          example(new MaxRoiPool(1, 1, 1)));

  /** Checks the ranges. */
  public MaxRoiPool {
    RoiAlign.checkSize("MaxRoiPool", height, width);
    if (!(scale > 0) || !Float.isFinite(scale)) {
      throw new IllegalArgumentException("MaxRoiPool: scale expected > 0, found " + scale);
    }
  }

  private static OpSpec.Example example(MaxRoiPool op) {
    return of(op, Shape.of(1, 2, 7, 9), Shape.of(3, 5)).with(1, BOXES);
  }

  private static MaxRoiPool read(Attributes a) {
    int[] size = a.requiredInts("pooled_shape");
    if (size.length != 2) {
      throw new IllegalArgumentException(
          "attribute 'pooled_shape': expected 2 sizes, found " + size.length);
    }
    return new MaxRoiPool(size[0], size[1], a.floatValue("spatial_scale", 1));
  }

  @Override
  public OpSpec<MaxRoiPool> spec() {
    return SPEC;
  }

  @Override
  public boolean learns(int input) {
    return input == 0;
  }

  @Override
  public List<Shape> inferShapes(List<Shape> in) {
    Check.inputs("MaxRoiPool", in, 2, 2);
    Shape rois = in.get(1);
    Check.rank("MaxRoiPool", "regions", rois, 2, "[R, 5]");
    Check.that(rois.dim(1) == 5, "MaxRoiPool", "regions expected [R, 5], found " + rois);
    return List.of(RoiAlign.pooled("MaxRoiPool", in.get(0), rois, height, width));
  }

  @Override
  public void forward(Forward r) {
    r.kernels().roiMaxPool(scale, r.input(0), r.input(1), r.output(0));
  }

  @Override
  public void backward(Backward r) {
    if (r.gradient(0) != null) {
      r.kernels().roiMaxPoolBackward(scale, r.input(0), r.input(1), r.cotangent(0), r.gradient(0));
    }
  }
}
