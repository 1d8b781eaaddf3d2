package dev.fovea.engine.kernel;

/**
 * Sums of floats in double. Four running sums, since each addition waits for the one before; the
 * order is fixed.
 */
final class Sums {

  private Sums() {}

  static double sum(float[] x, int at, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i < n - 3; i += 4) {
      s0 += x[at + i];
      s1 += x[at + i + 1];
      s2 += x[at + i + 2];
      s3 += x[at + i + 3];
    }
    for (; i < n; i++) {
      s0 += x[at + i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  /** Sum of {@code (x - mean) * y}. */
  static double dot(float[] x, int xo, double mean, float[] y, int yo, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i < n - 3; i += 4) {
      s0 += (x[xo + i] - mean) * y[yo + i];
      s1 += (x[xo + i + 1] - mean) * y[yo + i + 1];
      s2 += (x[xo + i + 2] - mean) * y[yo + i + 2];
      s3 += (x[xo + i + 3] - mean) * y[yo + i + 3];
    }
    for (; i < n; i++) {
      s0 += (x[xo + i] - mean) * y[yo + i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  /** Sum of {@code (x - mean)^2}. */
  static double squares(float[] x, int xo, double mean, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i < n - 3; i += 4) {
      double a = x[xo + i] - mean;
      double b = x[xo + i + 1] - mean;
      double c = x[xo + i + 2] - mean;
      double d = x[xo + i + 3] - mean;
      s0 += a * a;
      s1 += b * b;
      s2 += c * c;
      s3 += d * d;
    }
    for (; i < n; i++) {
      double a = x[xo + i] - mean;
      s0 += a * a;
    }
    return (s0 + s1) + (s2 + s3);
  }
}
