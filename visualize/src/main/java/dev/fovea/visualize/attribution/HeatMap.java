package dev.fovea.visualize.attribution;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * An attribution as a picture of one number, 0 or more, at each place. Immutable.
 *
 * @param values row by row; not to be modified
 * @param width of the map
 * @param height of the map
 */
public record HeatMap(float[] values, int width, int height) {

  /** How the channels of an attribution become one number. */
  public enum Summary {
    /** {@code max_c |a_c|}, as Simonyan et al., 2014, show gradients. */
    LARGEST,
    /** {@code |sum_c a_c|}: the parts of channels that sum to the score belong together. */
    TOTAL,
    /** {@code max(0, sum_c a_c)}: what speaks for the target. */
    POSITIVE
  }

  /**
   * The map of an attribution.
   *
   * @param attribution {@code [1, C, H, W]}
   * @throws IllegalArgumentException if it has another shape
   */
  public static HeatMap of(Tensor attribution, Summary summary) {
    Shape shape = attribution.shape();
    if (shape.rank() != 4 || shape.dim(0) != 1) {
      throw new IllegalArgumentException(
          "heat map: found an attribution " + shape + ", expected [1, C, H, W]");
    }
    int pixels = shape.size(2, 4);
    float[] values = new float[pixels];
    for (int i = 0; i < pixels; i++) {
      double sum = 0;
      double largest = 0;
      for (int c = 0; c < shape.dim(1); c++) {
        float a = attribution.get(c * pixels + i);
        sum += a;
        largest = Math.max(largest, Math.abs(a));
      }
      values[i] =
          (float)
              switch (summary) {
                case LARGEST -> largest;
                case TOTAL -> Math.abs(sum);
                case POSITIVE -> Math.max(0, sum);
              };
    }
    return new HeatMap(values, shape.dim(3), shape.dim(2));
  }

  /**
   * The map with its hottest values cut to the one that a share of them does not exceed: a few
   * outliers would leave the rest dark. Unchanged if that is 0.
   *
   * @param share 0 to 1, such as 0.99
   */
  public HeatMap clipped(double share) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    float limit = sorted[(int) Math.min(sorted.length - 1L, Math.round(share * sorted.length))];
    if (!(limit > 0)) {
      return this;
    }
    float[] result = values.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] = Math.min(limit, result[i]);
    }
    return new HeatMap(result, width, height);
  }

  /** The map in another size, linear between the centres of its places, edges repeated. */
  public HeatMap resized(int newWidth, int newHeight) {
    if (newWidth == width && newHeight == height) {
      return this;
    }
    float[] result = new float[newWidth * newHeight];
    for (int y = 0, i = 0; y < newHeight; y++) {
      for (int x = 0; x < newWidth; x++, i++) {
        result[i] = at((x + 0.5) * width / newWidth, (y + 0.5) * height / newHeight);
      }
    }
    return new HeatMap(result, newWidth, newHeight);
  }

  /**
   * The number at a place between centres, which lie at halves; beyond the outermost ones the edge
   * is repeated.
   */
  public float at(double x, double y) {
    double u = Math.max(0, Math.min(width - 1, x - 0.5));
    double v = Math.max(0, Math.min(height - 1, y - 0.5));
    int x0 = (int) u;
    int y0 = (int) v;
    int x1 = Math.min(width - 1, x0 + 1);
    int y1 = Math.min(height - 1, y0 + 1);
    double dx = u - x0;
    double dy = v - y0;
    double top = values[y0 * width + x0] * (1 - dx) + values[y0 * width + x1] * dx;
    double bottom = values[y1 * width + x0] * (1 - dx) + values[y1 * width + x1] * dx;
    return (float) (top * (1 - dy) + bottom * dy);
  }
}
