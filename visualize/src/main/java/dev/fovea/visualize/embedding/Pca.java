package dev.fovea.visualize.embedding;

import dev.fovea.engine.image.statistics.Covariance;
import dev.fovea.engine.image.statistics.SymmetricEigen;

/** Principal component analysis: the directions in which vectors differ most. */
public final class Pca {
  private Pca() {}

  /**
   * The coordinates of vectors along their first principal components, around their mean.
   *
   * @param rows vectors of one length; not modified
   * @param components how many, at most the length
   * @return a new row for each vector
   */
  public static double[][] project(double[][] rows, int components) {
    int size = rows.length == 0 ? 0 : rows[0].length;
    if (rows.length < 2 || components < 1 || components > size) {
      throw new IllegalArgumentException(
          "principal components: found "
              + rows.length
              + " vectors of "
              + size
              + " and "
              + components
              + " components, expected 2 vectors or more and 1 to as many components as numbers");
    }
    Covariance covariance = new Covariance(size);
    for (double[] row : rows) {
      covariance.add(row);
    }
    double[] mean = covariance.mean();
    double[][] vectors = SymmetricEigen.of(covariance.matrix()).vectors();
    double[][] result = new double[rows.length][components];
    for (int k = 0; k < components; k++) {
      for (int i = 0; i < rows.length; i++) {
        double sum = 0;
        for (int d = 0; d < size; d++) {
          sum += (rows[i][d] - mean[d]) * vectors[k][d];
        }
        result[i][k] = sum;
      }
    }
    return result;
  }
}
