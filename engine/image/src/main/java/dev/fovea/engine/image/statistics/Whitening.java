package dev.fovea.engine.image.statistics;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/**
 * The affine map {@code y = W x + b} that takes the mean and the correlations out of data, fitted
 * on training data only. As matrix and bias it is a fully connected layer: put before a network as
 * constants of its graph it is stored with the model and applied wherever that runs. The tensors
 * are not to be modified.
 *
 * @param matrix {@code W [outputs, D]}
 * @param bias {@code b [outputs]}, {@code -W mean}
 */
public record Whitening(Tensor matrix, Tensor bias) {

  /**
   * Principal components, each divided by {@code sqrt(variance + epsilon)}.
   *
   * @param statistics of the training data
   * @param components how many are kept, those of the largest variance first
   * @param epsilon keeps components of hardly any variance, mostly noise, from being blown up
   */
  public static Whitening pca(Covariance statistics, int components, double epsilon) {
    int size = statistics.size();
    if (components < 1 || components > size) {
      throw new IllegalArgumentException(
          "PCA: found " + components + " components, expected 1 to " + size);
    }
    SymmetricEigen eigen = decompose(statistics, epsilon);
    double[][] w = new double[components][size];
    for (int k = 0; k < components; k++) {
      double factor = factor(eigen, k, epsilon);
      for (int i = 0; i < size; i++) {
        w[k][i] = factor * eigen.vectors()[k][i];
      }
    }
    return of(w, statistics.mean());
  }

  /**
   * Whitens and turns back: among all maps that whiten the one that changes data least, so that
   * pictures still look like pictures. Bell and Sejnowski, "The independent components of natural
   * scenes are edge filters", 1997.
   *
   * @param epsilon as in {@link #pca}
   */
  public static Whitening zca(Covariance statistics, double epsilon) {
    int size = statistics.size();
    SymmetricEigen eigen = decompose(statistics, epsilon);
    double[][] w = new double[size][size];
    for (int k = 0; k < size; k++) {
      double factor = factor(eigen, k, epsilon);
      double[] v = eigen.vectors()[k];
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          w[i][j] += factor * v[i] * v[j];
        }
      }
    }
    return of(w, statistics.mean());
  }

  private static SymmetricEigen decompose(Covariance statistics, double epsilon) {
    if (!(epsilon >= 0)) {
      throw new IllegalArgumentException("whitening: found epsilon " + epsilon + ", expected >= 0");
    }
    return SymmetricEigen.of(statistics.matrix());
  }

  private static double factor(SymmetricEigen eigen, int k, double epsilon) {
    double variance = Math.max(0, eigen.values()[k]) + epsilon;
    return variance > 0 ? 1 / Math.sqrt(variance) : 0;
  }

  private static Whitening of(double[][] w, double[] mean) {
    Tensor matrix = Tensor.zeros(w.length, mean.length);
    Tensor bias = Tensor.zeros(w.length);
    for (int k = 0; k < w.length; k++) {
      double shift = 0;
      for (int i = 0; i < mean.length; i++) {
        matrix.array()[k * mean.length + i] = (float) w[k][i];
        shift -= w[k][i] * mean[i];
      }
      bias.array()[k] = (float) shift;
    }
    return new Whitening(matrix, bias);
  }

  /**
   * The whitened rows, in a new tensor.
   *
   * @param x {@code [N, D]}; not modified
   * @return {@code [N, outputs]}
   */
  public Tensor apply(Tensor x) {
    int columns = matrix.shape().dim(1);
    if (x.shape().rank() != 2 || x.shape().dim(1) != columns) {
      throw new IllegalArgumentException(
          "whitening: found " + x.shape() + ", expected [N, " + columns + "]");
    }
    int rows = x.shape().dim(0);
    int outputs = bias.size();
    Tensor y = Tensor.zeros(Shape.of(rows, outputs));
    for (int n = 0; n < rows; n++) {
      for (int k = 0; k < outputs; k++) {
        double sum = bias.get(k);
        for (int i = 0; i < columns; i++) {
          sum += (double) matrix.get(k * columns + i) * x.get(n * columns + i);
        }
        y.array()[n * outputs + k] = (float) sum;
      }
    }
    return y;
  }
}
