package dev.fovea.samples;

import java.util.Random;

/** Row-major fields of doubles: smoothing and smooth noise. */
final class Fields {
  private Fields() {}

  /** Gaussian blur with the edge pixels repeated outwards. Returns a new field. */
  static double[] blur(double[] field, int width, int height, double sigma) {
    double[] kernel = kernel(sigma);
    double[] rows = new double[field.length];
    for (int y = 0; y < height; y++) {
      blurLine(field, rows, y * width, 1, width, kernel);
    }
    double[] result = new double[field.length];
    for (int x = 0; x < width; x++) {
      blurLine(rows, result, x, width, height, kernel);
    }
    return result;
  }

  /** Noise with the correlation length of a Gaussian blur, of mean 0 and standard deviation 1. */
  static double[] smoothNoise(Random random, int width, int height, double sigma) {
    double[] white = new double[width * height];
    for (int i = 0; i < white.length; i++) {
      white[i] = random.nextGaussian();
    }
    double[] field = blur(white, width, height, sigma);
    double mean = 0;
    for (double v : field) {
      mean += v / field.length;
    }
    double variance = 0;
    for (double v : field) {
      variance += (v - mean) * (v - mean) / field.length;
    }
    double scale = variance > 0 ? 1 / Math.sqrt(variance) : 0;
    for (int i = 0; i < field.length; i++) {
      field[i] = (field[i] - mean) * scale;
    }
    return field;
  }

  private static double[] kernel(double sigma) {
    int radius = (int) Math.ceil(3 * sigma);
    double[] kernel = new double[2 * radius + 1];
    double sum = 0;
    for (int i = 0; i < kernel.length; i++) {
      double d = (i - radius) / sigma;
      kernel[i] = StrictMath.exp(-d * d / 2);
      sum += kernel[i];
    }
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] /= sum;
    }
    return kernel;
  }

  private static void blurLine(
      double[] from, double[] to, int start, int step, int length, double[] kernel) {
    int radius = kernel.length / 2;
    for (int i = 0; i < length; i++) {
      double sum = 0;
      for (int k = -radius; k <= radius; k++) {
        int j = Math.max(0, Math.min(length - 1, i + k));
        sum += kernel[k + radius] * from[start + j * step];
      }
      to[start + i * step] = sum;
    }
  }
}
