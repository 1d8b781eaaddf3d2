package dev.fovea.engine.zoo.baseline;

import dev.fovea.engine.tensor.Tensor;

/**
 * Shifts and scales each column: {@code (x - mean) * factor}. To be fitted on training data only:
 * statistics of test data must not reach the model. Immutable and thread-safe.
 */
public final class Standardization {
  private final double[] mean;
  private final double[] factor;

  private Standardization(double[] mean, double[] factor) {
    this.mean = mean;
    this.factor = factor;
  }

  /**
   * Takes the mean of each column away, of pixels the mean image, and multiplies by one factor.
   *
   * @param training {@code [N, D]}
   */
  public static Standardization centering(Tensor training, double factor) {
    double[] factors = new double[training.shape().dim(1)];
    java.util.Arrays.fill(factors, factor);
    return new Standardization(mean(training), factors);
  }

  /**
   * Brings each column to mean 0 and standard deviation 1; a column of one value becomes 0.
   *
   * @param training {@code [N, D]}
   */
  public static Standardization fit(Tensor training) {
    int rows = training.shape().dim(0);
    int columns = training.shape().dim(1);
    double[] mean = mean(training);
    double[] factor = new double[columns];
    for (int i = 0; i < rows * columns; i++) {
      double d = training.get(i) - mean[i % columns];
      factor[i % columns] += d * d;
    }
    for (int c = 0; c < columns; c++) {
      double deviation = Math.sqrt(factor[c] / rows);
      factor[c] = deviation > 0 ? 1 / deviation : 1;
    }
    return new Standardization(mean, factor);
  }

  private static double[] mean(Tensor x) {
    int rows = x.shape().dim(0);
    int columns = x.shape().dim(1);
    double[] mean = new double[columns];
    for (int i = 0; i < rows * columns; i++) {
      mean[i % columns] += x.get(i);
    }
    for (int c = 0; c < columns; c++) {
      mean[c] /= rows;
    }
    return mean;
  }

  /**
   * The rows shifted and scaled, in a new tensor.
   *
   * @param x {@code [N, D]}; not modified
   */
  public Tensor apply(Tensor x) {
    int columns = mean.length;
    if (x.shape().rank() != 2 || x.shape().dim(1) != columns) {
      throw new IllegalArgumentException(
          "standardization: found " + x.shape() + ", expected [N, " + columns + "]");
    }
    float[] y = new float[x.size()];
    for (int i = 0; i < y.length; i++) {
      y[i] = (float) ((x.get(i) - mean[i % columns]) * factor[i % columns]);
    }
    return Tensor.of(x.shape(), y);
  }

  /**
   * Changes a dense layer in place: what it gave for standardized rows {@code (x - mean) * factor}
   * it then gives for {@code x / scale}.
   *
   * @param weights {@code [out, D]}; column {@code j} is multiplied by {@code factor_j scale}
   * @param bias {@code [out]}; loses {@code sum_j w_ij factor_j mean_j}
   */
  void foldInto(Tensor weights, Tensor bias, double scale) {
    int columns = mean.length;
    for (int row = 0; row < bias.size(); row++) {
      double shift = 0;
      for (int c = 0; c < columns; c++) {
        int at = weights.offset() + row * columns + c;
        double scaled = weights.array()[at] * factor[c];
        shift += scaled * mean[c];
        weights.array()[at] = (float) (scaled * scale);
      }
      bias.array()[bias.offset() + row] -= (float) shift;
    }
  }
}
