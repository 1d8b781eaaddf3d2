package dev.fovea.detection.twostage;

import java.util.List;

/**
 * Linear regression with a penalty: {@code y = W x + b} with W that minimises {@code sum |y - W x -
 * b|^2 + lambda |W|^2}, by the normal equations and Cholesky's decomposition. Immutable and
 * thread-safe.
 */
final class RidgeRegression {
  private final double[][] weights;

  private RidgeRegression(double[][] weights) {
    this.weights = weights;
  }

  /**
   * Fits.
   *
   * @param x vectors of one length
   * @param y what they should give, as many, of one length
   * @param lambda above 0; the last weight, of a feature that is always 1, is not penalised but for
   *     what the computation needs
   */
  static RidgeRegression fit(List<float[]> x, List<double[]> y, double lambda) {
    int n = x.get(0).length + 1;
    int outputs = y.get(0).length;
    double[][] a = new double[n][n];
    double[][] b = new double[outputs][n];
    for (int i = 0; i < n; i++) {
      a[i][i] = i == n - 1 ? 1e-6 * lambda : lambda;
    }
    for (int s = 0; s < x.size(); s++) {
      for (int i = 0; i < n; i++) {
        double xi = feature(x.get(s), i);
        if (xi != 0) {
          for (int j = 0; j <= i; j++) {
            a[i][j] += xi * feature(x.get(s), j);
          }
          for (int o = 0; o < outputs; o++) {
            b[o][i] += xi * y.get(s)[o];
          }
        }
      }
    }
    decompose(a);
    for (double[] right : b) {
      solve(a, right);
    }
    return new RidgeRegression(b);
  }

  private static double feature(float[] x, int i) {
    return i < x.length ? x[i] : 1;
  }

  /** The lower triangle becomes L with {@code L L' = A}. */
  private static void decompose(double[][] a) {
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = a[i][j];
        for (int k = 0; k < j; k++) {
          sum -= a[i][k] * a[j][k];
        }
        a[i][j] = i == j ? Math.sqrt(sum) : sum / a[j][j];
      }
    }
  }

  private static void solve(double[][] l, double[] b) {
    for (int i = 0; i < b.length; i++) {
      for (int k = 0; k < i; k++) {
        b[i] -= l[i][k] * b[k];
      }
      b[i] /= l[i][i];
    }
    for (int i = b.length - 1; i >= 0; i--) {
      for (int k = i + 1; k < b.length; k++) {
        b[i] -= l[k][i] * b[k];
      }
      b[i] /= l[i][i];
    }
  }

  /** What a vector gives, a new array. */
  double[] predict(float[] x) {
    double[] y = new double[weights.length];
    for (int o = 0; o < y.length; o++) {
      for (int i = 0; i <= x.length; i++) {
        y[o] += weights[o][i] * feature(x, i);
      }
    }
    return y;
  }
}
