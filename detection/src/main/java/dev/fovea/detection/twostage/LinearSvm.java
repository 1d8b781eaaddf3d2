package dev.fovea.detection.twostage;

import java.util.List;
import java.util.SplittableRandom;

/**
 * A linear support vector machine of two classes: {@code sign(w x + b)}, with {@code w} and {@code
 * b} that minimise {@code (|w|^2 + b^2) / 2 + C sum max(0, 1 - y (w x + b))}, found by dual
 * coordinate descent (Hsieh et al. 2008, "A dual coordinate descent method for large-scale linear
 * SVM"). The bias is a weight of a feature that is always 1. Immutable and thread-safe.
 */
final class LinearSvm {
  private static final int MOST_ROUNDS = 200;
  private static final double TOLERANCE = 1e-3;

  private final double[] weights;

  private LinearSvm(double[] weights) {
    this.weights = weights;
  }

  /**
   * Trains on vectors of one length.
   *
   * @param cost C; larger ones fit the vectors more closely
   * @param seed of the order in which the vectors are looked at
   * @throws IllegalArgumentException if there are no vectors of one of the two classes
   */
  static LinearSvm train(List<float[]> positive, List<float[]> negative, double cost, long seed) {
    if (positive.isEmpty() || negative.isEmpty()) {
      throw new IllegalArgumentException(
          "support vector machine: found %d positive and %d negative vectors, expected some of each"
              .formatted(positive.size(), negative.size()));
    }
    int n = positive.size() + negative.size();
    float[][] x = new float[n][];
    double[] squares = new double[n];
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      x[i] = i < positive.size() ? positive.get(i) : negative.get(i - positive.size());
      squares[i] = 1;
      for (float value : x[i]) {
        squares[i] += (double) value * value;
      }
      order[i] = i;
    }
    double[] w = new double[x[0].length + 1];
    double[] alpha = new double[n];
    SplittableRandom random = new SplittableRandom(seed);
    double worst = Double.POSITIVE_INFINITY;
    for (int round = 0; round < MOST_ROUNDS && worst > TOLERANCE; round++) {
      worst = 0;
      for (int i = n - 1; i >= 0; i--) {
        int other = random.nextInt(i + 1);
        int at = order[other];
        order[other] = order[i];
        order[i] = at;
        int y = at < positive.size() ? 1 : -1;
        double slope = y * score(w, x[at]) - 1;
        double next = Math.max(0, Math.min(cost, alpha[at] - slope / squares[at]));
        double change = next - alpha[at];
        worst = Math.max(worst, Math.abs(change) * squares[at]);
        if (change != 0) {
          alpha[at] = next;
          for (int f = 0; f < x[at].length; f++) {
            w[f] += change * y * x[at][f];
          }
          w[x[at].length] += change * y;
        }
      }
    }
    return new LinearSvm(w);
  }

  private static double score(double[] w, float[] x) {
    double sum = w[x.length];
    for (int f = 0; f < x.length; f++) {
      sum += w[f] * x[f];
    }
    return sum;
  }

  /** {@code w x + b}: 1 and more for what is clearly positive. */
  double score(float[] x) {
    return score(weights, x);
  }
}
