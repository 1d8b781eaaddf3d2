package dev.fovea.visualize.embedding;

import java.util.Random;
import java.util.stream.IntStream;

/**
 * t-distributed stochastic neighbour embedding: points {@code y_i} of a plane such that {@code
 * Q_ij} in proportion to {@code 1 / (1 + |y_i - y_j|^2)} is near to the affinities P of the vectors
 * (see {@link Affinities}) by the divergence {@code KL = sum P ln(P / Q)}, with the gradient {@code
 * 4 sum_j (P_ij - Q_ij) (y_i - y_j) / (1 + |y_i - y_j|^2)}. Van der Maaten and Hinton, JMLR 2008;
 * far points together by a tree, van der Maaten, JMLR 2014. Results do not depend on the number of
 * threads. Immutable and thread-safe.
 *
 * @param perplexity how many neighbours count, about; 5 to 50 are usual
 * @param theta how coarse far points are taken together; 0 for exact, 0.5 is usual
 * @param iterations steps; 1000 are usual
 * @param seed of the first places
 */
public record Tsne(double perplexity, double theta, int iterations, long seed) {
  private static final int EXAGGERATED_ITERATIONS = 250;
  private static final double EXAGGERATION = 12;
  private static final double SMALLEST_RATE = 50;
  private static final double FIRST_DEVIATION = 1e-4;
  private static final double SMALLEST_GAIN = 0.01;
  private static final int NEIGHBORS_PER_PERPLEXITY = 3;

  /** Checks the numbers. */
  public Tsne {
    if (!(perplexity >= 1) || !(theta >= 0) || iterations < 1) {
      throw new IllegalArgumentException(
          "t-SNE: found perplexity "
              + perplexity
              + ", theta "
              + theta
              + ", iterations "
              + iterations
              + ", expected at least 1, 0 and 1");
    }
  }

  /** Is told after each step. */
  @FunctionalInterface
  public interface Progress {
    /**
     * A step is done.
     *
     * @throws java.util.concurrent.CancellationException to end the work
     */
    void done(int iterations, int total);
  }

  /**
   * Places vectors.
   *
   * @param rows vectors of one length; not modified
   * @param progress told after each step
   * @return a new pair for each vector, around the origin
   * @throws IllegalArgumentException if there are not more vectors than the perplexity
   */
  public double[][] embed(double[][] rows, Progress progress) {
    int n = rows.length;
    if (!(perplexity < n - 1)) {
      throw new IllegalArgumentException(
          "t-SNE: found "
              + n
              + " vectors, expected more than the perplexity "
              + perplexity
              + " and one");
    }
    int count =
        theta == 0
            ? n - 1
            : Math.min(n - 1, (int) Math.ceil(NEIGHBORS_PER_PERPLEXITY * perplexity));
    Affinities p = Affinities.of(rows, perplexity, count);
    Random random = new Random(seed);
    double[][] y = new double[n][2];
    for (double[] point : y) {
      point[0] = FIRST_DEVIATION * random.nextGaussian();
      point[1] = FIRST_DEVIATION * random.nextGaussian();
    }
    double rate = Math.max(SMALLEST_RATE, n / EXAGGERATION / 4);
    double[][] velocity = new double[n][2];
    double[][] gain = new double[n][2];
    for (double[] g : gain) {
      g[0] = 1;
      g[1] = 1;
    }
    for (int step = 0; step < iterations; step++) {
      boolean early = step < EXAGGERATED_ITERATIONS;
      double[][] gradient = gradient(p, y, early ? EXAGGERATION : 1).gradient();
      double momentum = early ? 0.5 : 0.8;
      for (int i = 0; i < n; i++) {
        for (int d = 0; d < 2; d++) {
          boolean turns = gradient[i][d] > 0 != velocity[i][d] > 0;
          gain[i][d] = Math.max(SMALLEST_GAIN, turns ? gain[i][d] + 0.2 : gain[i][d] * 0.8);
          velocity[i][d] = momentum * velocity[i][d] - rate * gain[i][d] * gradient[i][d];
          y[i][d] += velocity[i][d];
        }
      }
      centre(y);
      progress.done(step + 1, iterations);
    }
    return y;
  }

  /**
   * Divergence and gradient.
   *
   * @param divergence {@code sum P ln(P / Q)}
   * @param gradient a pair for each point
   */
  record Evaluation(double divergence, double[][] gradient) {}

  /** Evaluates places, with affinities that are exaggerated. */
  Evaluation gradient(Affinities p, double[][] y, double exaggeration) {
    int n = y.length;
    QuadTree tree = QuadTree.of(y);
    double[][] repulsion = new double[n][2];
    double[] sums = new double[n];
    IntStream.range(0, n)
        .parallel()
        .forEach(i -> sums[i] = tree.repel(y[i][0], y[i][1], theta, repulsion[i]));
    double z = 0;
    for (double sum : sums) {
      z += sum;
    }
    double total = z;
    double[][] gradient = new double[n][2];
    double[] divergence = new double[n];
    IntStream.range(0, n)
        .parallel()
        .forEach(
            i -> {
              for (int k = 0; k < p.neighbors()[i].length; k++) {
                int j = p.neighbors()[i][k];
                double value = p.values()[i][k];
                double dx = y[i][0] - y[j][0];
                double dy = y[i][1] - y[j][1];
                double q = 1 / (1 + dx * dx + dy * dy);
                gradient[i][0] += 4 * exaggeration * value * q * dx;
                gradient[i][1] += 4 * exaggeration * value * q * dy;
                divergence[i] += value > 0 ? value * Math.log(value * total / q) : 0;
              }
              gradient[i][0] -= 4 * repulsion[i][0] / total;
              gradient[i][1] -= 4 * repulsion[i][1] / total;
            });
    double sum = 0;
    for (double d : divergence) {
      sum += d;
    }
    return new Evaluation(sum, gradient);
  }

  private static void centre(double[][] y) {
    for (int d = 0; d < 2; d++) {
      double mean = 0;
      for (double[] point : y) {
        mean += point[d] / y.length;
      }
      for (double[] point : y) {
        point[d] -= mean;
      }
    }
  }
}
