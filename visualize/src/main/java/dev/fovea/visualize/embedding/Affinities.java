package dev.fovea.visualize.embedding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How near vectors are to each other, as probabilities: {@code p_j|i} is in proportion to {@code
 * exp(-beta_i |x_i - x_j|^2)} among the nearest neighbours of i, with {@code beta_i} such that the
 * entropy of the row is the logarithm of the perplexity, and {@code P_ij = (p_j|i + p_i|j) / 2n}. A
 * sparse matrix, by rows.
 *
 * @param neighbors for each row the columns, rising
 * @param values in the same places
 */
record Affinities(int[][] neighbors, double[][] values) {
  private static final int MOST_BISECTIONS = 200;
  private static final double ENTROPY_TOLERANCE = 1e-12;

  /**
   * The affinities of vectors.
   *
   * @param rows the vectors
   * @param perplexity how many neighbours count, at least 1 and less than their number
   * @param count how many neighbours are looked at
   */
  static Affinities of(double[][] rows, double perplexity, int count) {
    int n = rows.length;
    int[][] near = new int[n][];
    double[][] conditional = new double[n][];
    // Each row by itself: the number of threads changes nothing.
    IntStream.range(0, n)
        .parallel()
        .forEach(
            i -> {
              double[] squares = new double[n];
              for (int j = 0; j < n; j++) {
                squares[j] = squaredDistance(rows[i], rows[j]);
              }
              near[i] = nearest(squares, i, count);
              double[] distances = Arrays.stream(near[i]).mapToDouble(j -> squares[j]).toArray();
              conditional[i] = row(distances, beta(distances, perplexity));
            });
    return symmetric(near, conditional);
  }

  static double squaredDistance(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += (a[d] - b[d]) * (a[d] - b[d]);
    }
    return sum;
  }

  /** The indices of the smallest values but one, nearest first; equal ones by index. */
  static int[] nearest(double[] values, int except, int count) {
    return IntStream.range(0, values.length)
        .filter(j -> j != except)
        .boxed()
        .sorted(Comparator.comparingDouble(j -> values[j]))
        .limit(count)
        .mapToInt(j -> j)
        .toArray();
  }

  /** By bisection the {@code beta} of which the row has the entropy of the perplexity. */
  static double beta(double[] squares, double perplexity) {
    double wanted = Math.log(perplexity);
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double beta = 1;
    for (int k = 0; k < MOST_BISECTIONS; k++) {
      double entropy = 0;
      for (double p : row(squares, beta)) {
        entropy -= p > 0 ? p * Math.log(p) : 0;
      }
      if (Math.abs(entropy - wanted) < ENTROPY_TOLERANCE) {
        break;
      }
      if (entropy > wanted) {
        low = beta;
        beta = high == Double.POSITIVE_INFINITY ? 2 * beta : (low + high) / 2;
      } else {
        high = beta;
        beta = (low + high) / 2;
      }
    }
    return beta;
  }

  private static double[] row(double[] squares, double beta) {
    // The nearest first: without it, all of a far row would be 0.
    double least = Arrays.stream(squares).min().orElse(0);
    double[] p = Arrays.stream(squares).map(d -> Math.exp(-beta * (d - least))).toArray();
    double sum = Arrays.stream(p).sum();
    return Arrays.stream(p).map(v -> v / sum).toArray();
  }

  private static Affinities symmetric(int[][] near, double[][] conditional) {
    int n = near.length;
    List<TreeMap<Integer, Double>> all = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      all.add(new TreeMap<>());
    }
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < near[i].length; k++) {
        double half = conditional[i][k] / (2.0 * n);
        all.get(i).merge(near[i][k], half, Double::sum);
        all.get(near[i][k]).merge(i, half, Double::sum);
      }
    }
    int[][] columns = new int[n][];
    double[][] values = new double[n][];
    for (int i = 0; i < n; i++) {
      columns[i] = all.get(i).keySet().stream().mapToInt(j -> j).toArray();
      values[i] = all.get(i).values().stream().mapToDouble(v -> v).toArray();
    }
    return new Affinities(columns, values);
  }
}
