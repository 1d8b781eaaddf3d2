package dev.fovea.detection.proposal;

/** Gaussians and their derivatives over planes, row by row; edge pixels are repeated outside. */
final class Smoothing {
  /** Largest standard deviation, in pixels. */
  static final double LARGEST = 100;

  private static final double REACH = 4;

  private Smoothing() {}

  /** The plane convolved with a Gaussian; the plane itself for a deviation of 0. */
  static float[] gaussian(float[] plane, int width, double sigma) {
    if (sigma == 0) {
      return plane;
    }
    double[] weights = weights(sigma);
    return alongColumns(alongRows(plane, width, weights), width, weights);
  }

  /** The derivative to the right of the smoothed plane. */
  static float[] derivativeX(float[] plane, int width, double sigma) {
    return alongColumns(alongRows(plane, width, slopes(sigma)), width, weights(sigma));
  }

  /** The derivative downwards of the smoothed plane. */
  static float[] derivativeY(float[] plane, int width, double sigma) {
    return alongColumns(alongRows(plane, width, weights(sigma)), width, slopes(sigma));
  }

  private static double[] weights(double sigma) {
    int reach = (int) Math.ceil(REACH * sigma);
    double[] weights = new double[2 * reach + 1];
    double sum = 0;
    for (int i = -reach; i <= reach; i++) {
      weights[i + reach] = Math.exp(-i * i / (2 * sigma * sigma));
      sum += weights[i + reach];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  /** Weights that give the slope of the smoothed values, exactly 1 for a ramp of slope 1. */
  private static double[] slopes(double sigma) {
    double[] slopes = weights(sigma);
    int reach = slopes.length / 2;
    double sum = 0;
    for (int i = -reach; i <= reach; i++) {
      slopes[i + reach] *= i;
      sum += slopes[i + reach] * i;
    }
    for (int i = 0; i < slopes.length; i++) {
      slopes[i] /= sum;
    }
    return slopes;
  }

  private static float[] alongRows(float[] plane, int width, double[] weights) {
    int reach = weights.length / 2;
    float[] result = new float[plane.length];
    for (int i = 0; i < plane.length; i++) {
      int x = i % width;
      double sum = 0;
      for (int d = -reach; d <= reach; d++) {
        sum += weights[d + reach] * plane[i - x + clamp(x + d, width)];
      }
      result[i] = (float) sum;
    }
    return result;
  }

  private static float[] alongColumns(float[] plane, int width, double[] weights) {
    int reach = weights.length / 2;
    int height = plane.length / width;
    float[] result = new float[plane.length];
    for (int y = 0; y < height; y++) {
      for (int d = -reach; d <= reach; d++) {
        int from = clamp(y + d, height) * width;
        float weight = (float) weights[d + reach];
        for (int x = 0; x < width; x++) {
          result[y * width + x] += weight * plane[from + x];
        }
      }
    }
    return result;
  }

  private static int clamp(int at, int size) {
    return Math.max(0, Math.min(at, size - 1));
  }
}
