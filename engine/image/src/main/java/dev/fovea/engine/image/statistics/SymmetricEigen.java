package dev.fovea.engine.image.statistics;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations: slow for large
 * matrices (some {@code 10 n^3} operations), accurate for all. Golub and Van Loan, "Matrix
 * computations", 8.5. The arrays are not to be modified.
 *
 * @param values eigenvalues, largest first
 * @param vectors {@code vectors[k]} belongs to {@code values[k]}; orthonormal, the component of the
 *     largest magnitude positive
 */
public record SymmetricEigen(double[] values, double[][] vectors) {
  private static final int MAX_SWEEPS = 60;

  /**
   * Decomposes a matrix.
   *
   * @param matrix symmetric; only its upper triangle is read, nothing is modified
   * @throws IllegalArgumentException if it is not square or has a value that is no number
   */
  public static SymmetricEigen of(double[][] matrix) {
    int n = matrix.length;
    double[][] a = new double[n][n];
    double[][] v = new double[n][n];
    double scale = 0;
    for (int i = 0; i < n; i++) {
      v[i][i] = 1;
      for (int j = i; j < n; j++) {
        a[i][j] = matrix[i][j];
        a[j][i] = a[i][j];
        scale += a[i][j] * a[i][j];
      }
    }
    if (!Double.isFinite(scale)) {
      throw new IllegalArgumentException("eigenvalues: expected finite numbers");
    }
    for (int sweep = 0; sweep < MAX_SWEEPS && offDiagonal(a) > 1e-30 * scale; sweep++) {
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          rotate(a, v, p, q);
        }
      }
    }
    return sorted(a, v);
  }

  private static double offDiagonal(double[][] a) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = i + 1; j < a.length; j++) {
        sum += a[i][j] * a[i][j];
      }
    }
    return sum;
  }

  /** Makes {@code a[p][q]} zero; the rows of {@code v} turn along. */
  private static void rotate(double[][] a, double[][] v, int p, int q) {
    if (a[p][q] == 0) {
      return;
    }
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double c = 1 / Math.sqrt(t * t + 1);
    double s = t * c;
    for (double[] row : a) {
      double x = row[p];
      double y = row[q];
      row[p] = c * x - s * y;
      row[q] = s * x + c * y;
    }
    rotateRows(a, p, q, c, s);
    rotateRows(v, p, q, c, s);
    a[p][q] = 0;
    a[q][p] = 0;
  }

  private static void rotateRows(double[][] m, int p, int q, double c, double s) {
    for (int j = 0; j < m.length; j++) {
      double x = m[p][j];
      double y = m[q][j];
      m[p][j] = c * x - s * y;
      m[q][j] = s * x + c * y;
    }
  }

  private static SymmetricEigen sorted(double[][] a, double[][] v) {
    int[] order =
        IntStream.range(0, a.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -a[i][i]))
            .mapToInt(i -> i)
            .toArray();
    double[] values = new double[a.length];
    double[][] vectors = new double[a.length][];
    for (int k = 0; k < order.length; k++) {
      values[k] = a[order[k]][order[k]];
      vectors[k] = upright(v[order[k]]);
    }
    return new SymmetricEigen(values, vectors);
  }

  /** The vector, or its opposite, whose component of the largest magnitude is positive. */
  private static double[] upright(double[] vector) {
    double largest = 0;
    for (double x : vector) {
      largest = Math.abs(x) > Math.abs(largest) ? x : largest;
    }
    double sign = largest < 0 ? -1 : 1;
    double[] turned = new double[vector.length];
    for (int i = 0; i < turned.length; i++) {
      turned[i] = sign * vector[i];
    }
    return turned;
  }
}
