package dev.fovea.visualize.embedding;

import java.util.stream.IntStream;

/**
 * Whether neighbours in a picture are neighbours in truth: {@code 1 - 2 / (n k (2n - 3k - 1)) sum_i
 * sum_j (r(i, j) - k)} over the j among the k nearest of i in the picture that are not so in truth,
 * with their rank r there. 1 is best; places by chance have about 0.5. Venna and Kaski, 2001.
 */
public final class Trustworthiness {
  private Trustworthiness() {}

  /**
   * The trustworthiness of an embedding.
   *
   * @param vectors as they are
   * @param points as they are shown, in the same order
   * @param k how many neighbours, less than half of the number of vectors
   */
  public static double of(double[][] vectors, double[][] points, int k) {
    int n = vectors.length;
    if (points.length != n || k < 1 || 2 * k >= n) {
      throw new IllegalArgumentException(
          "trustworthiness: found "
              + n
              + " vectors, "
              + points.length
              + " points, "
              + k
              + " neighbours, expected as many and less than half of them");
    }
    double[] penalties = new double[n];
    IntStream.range(0, n)
        .parallel()
        .forEach(
            i -> {
              int[] truth = Affinities.nearest(squares(vectors, i), i, n - 1);
              int[] rank = new int[n];
              for (int r = 0; r < truth.length; r++) {
                rank[truth[r]] = r + 1;
              }
              for (int j : Affinities.nearest(squares(points, i), i, k)) {
                penalties[i] += Math.max(0, rank[j] - k);
              }
            });
    double sum = 0;
    for (double penalty : penalties) {
      sum += penalty;
    }
    return 1 - 2 * sum / ((double) n * k * (2.0 * n - 3.0 * k - 1));
  }

  private static double[] squares(double[][] rows, int i) {
    double[] squares = new double[rows.length];
    for (int j = 0; j < rows.length; j++) {
      squares[j] = Affinities.squaredDistance(rows[i], rows[j]);
    }
    return squares;
  }
}
