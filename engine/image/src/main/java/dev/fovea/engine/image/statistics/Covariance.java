package dev.fovea.engine.image.statistics;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/**
 * Gathers mean and covariance of vectors. To be fed with training data only. Sums in double of
 * differences to the first vector, which do not cancel for data far from 0. Not thread-safe.
 */
public final class Covariance {
  private final double[] origin;
  private final double[] sums;
  private final double[][] products;
  private long count;

  /** Of vectors of {@code size} numbers. */
  public Covariance(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("covariance: found size " + size + ", expected 1");
    }
    this.origin = new double[size];
    this.sums = new double[size];
    this.products = new double[size][size];
  }

  /** Numbers in a vector. */
  public int size() {
    return origin.length;
  }

  /** Adds one vector. */
  public void add(double... vector) {
    if (vector.length != size()) {
      throw new IllegalArgumentException(
          "covariance: found " + vector.length + " numbers, expected " + size());
    }
    if (count++ == 0) {
      System.arraycopy(vector, 0, origin, 0, size());
    }
    double[] d = new double[size()];
    for (int i = 0; i < d.length; i++) {
      d[i] = vector[i] - origin[i];
      sums[i] += d[i];
    }
    for (int i = 0; i < d.length; i++) {
      double[] row = products[i];
      for (int j = i; j < d.length; j++) {
        row[j] += d[i] * d[j];
      }
    }
  }

  /** Adds every row of {@code [N, size]}. */
  public void addRows(Tensor x) {
    double[] row = new double[size()];
    for (int n = 0; n < x.size() / size(); n++) {
      for (int i = 0; i < row.length; i++) {
        row[i] = x.get(n * row.length + i);
      }
      add(row);
    }
  }

  /** Adds the colour of every pixel of {@code [N, size, H, W]}. */
  public void addPixels(Tensor pictures) {
    Shape s = pictures.shape();
    int inner = s.size(2, s.rank());
    double[] color = new double[size()];
    for (int n = 0; n < s.dim(0); n++) {
      for (int i = 0; i < inner; i++) {
        for (int c = 0; c < color.length; c++) {
          color[c] = pictures.get((n * color.length + c) * inner + i);
        }
        add(color);
      }
    }
  }

  private void requireSome() {
    if (count == 0) {
      throw new IllegalStateException("covariance of nothing: expected at least one vector");
    }
  }

  /** The mean of the vectors. */
  public double[] mean() {
    requireSome();
    double[] mean = new double[size()];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = origin[i] + sums[i] / count;
    }
    return mean;
  }

  /** The biased covariance: sums divided by the number of vectors. */
  public double[][] matrix() {
    requireSome();
    double[][] matrix = new double[size()][size()];
    for (int i = 0; i < size(); i++) {
      for (int j = i; j < size(); j++) {
        matrix[i][j] = products[i][j] / count - sums[i] / count * (sums[j] / count);
        matrix[j][i] = matrix[i][j];
      }
    }
    return matrix;
  }

  /** The biased standard deviation of each number. */
  public double[] deviations() {
    double[][] matrix = matrix();
    double[] deviations = new double[size()];
    for (int i = 0; i < deviations.length; i++) {
      deviations[i] = Math.sqrt(Math.max(0, matrix[i][i]));
    }
    return deviations;
  }
}
