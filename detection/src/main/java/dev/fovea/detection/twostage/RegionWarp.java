package dev.fovea.detection.twostage;

import dev.fovea.detection.box.Box;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/**
 * Brings regions of any size and aspect to one square, with some of what is round them, as R-CNN
 * does (Girshick et al. 2014, appendix A). What lies outside of the picture is 0. Immutable and
 * thread-safe.
 *
 * @param side of the square, in pixels
 * @param context pixels of the square on each side of the region; 16 of 227 in the paper
 */
public record RegionWarp(int side, int context) {

  /** Samples of a pixel along an axis at most: more of very large regions would not be seen. */
  private static final int MOST_SAMPLES = 8;

  /** Checks the sizes. */
  public RegionWarp {
    if (context < 0 || side <= 2 * context) {
      throw new IllegalArgumentException(
          "warp: found side %d with a context of %d, expected more than twice that"
              .formatted(side, context));
    }
  }

  /**
   * Warps a region: each pixel is the mean of samples that lie at most about a pixel of the picture
   * apart, bilinear between pixels.
   *
   * @param picture {@code [1, C, H, W]}
   * @param region in its pixels, with an area
   * @param to {@code [1, C, side, side]}, overwritten
   */
  public void apply(Tensor picture, Box region, Tensor to) {
    double inner = side - 2.0 * context;
    double stepX = region.width() / inner;
    double stepY = region.height() / inner;
    int[] count = {samples(stepX), samples(stepY)};
    double left = region.x1() - context * stepX;
    double top = region.y1() - context * stepY;
    Shape shape = picture.shape();
    int pixels = shape.dim(2) * shape.dim(3);
    for (int c = 0; c < shape.dim(1); c++) {
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          double sum = 0;
          for (int i = 0; i < count[1]; i++) {
            double v = top + (y + (i + 0.5) / count[1]) * stepY - 0.5;
            for (int j = 0; j < count[0]; j++) {
              double u = left + (x + (j + 0.5) / count[0]) * stepX - 0.5;
              sum += bilinear(picture, picture.offset() + c * pixels, u, v);
            }
          }
          to.array()[to.offset() + (c * side + y) * side + x] =
              (float) (sum / (count[0] * count[1]));
        }
      }
    }
  }

  private static int samples(double step) {
    return (int) Math.max(1, Math.min(MOST_SAMPLES, Math.ceil(step)));
  }

  private static double bilinear(Tensor picture, int plane, double u, double v) {
    int height = picture.shape().dim(2);
    int width = picture.shape().dim(3);
    if (u < -0.5 || v < -0.5 || u > width - 0.5 || v > height - 0.5) {
      return 0;
    }
    int x = (int) Math.max(0, Math.min(Math.floor(u), width - 2));
    int y = (int) Math.max(0, Math.min(Math.floor(v), height - 2));
    int nextX = Math.min(x + 1, width - 1);
    int nextY = Math.min(y + 1, height - 1);
    double right = Math.max(0, Math.min(1, u - x));
    double below = Math.max(0, Math.min(1, v - y));
    float[] p = picture.array();
    int at = plane + y * width;
    int next = plane + nextY * width;
    return (1 - below) * ((1 - right) * p[at + x] + right * p[at + nextX])
        + below * ((1 - right) * p[next + x] + right * p[next + nextX]);
  }
}
