package dev.fovea.engine.zoo.baseline;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.search.Fold;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Classifies by the majority of the k nearest training vectors. Immutable and thread-safe.
 *
 * <p>Distances are worked out in blocks of {@link #QUERIES} by {@link #ROWS}, so that memory does
 * not grow with the training data. Euclidean ones are one matrix product a block: {@code |q - t|^2
 * = |q|^2 - 2 q t + |t|^2}, of which the order of neighbours needs only the last two terms.
 */
public final class NearestNeighbors {

  /** How far two vectors are from each other. */
  public enum Distance {
    /** Sum of absolute differences. */
    L1,
    /** Square root of the sum of squared differences. */
    L2
  }

  /** Queries worked on at a time. */
  static final int QUERIES = 128;

  /** Training vectors worked on at a time. */
  static final int ROWS = 4096;

  private static final int LANES = 8;

  private final LabelledVectors training;
  private final Standardization centering;
  private final Tensor rows;
  private final float[] squares;
  private final Distance distance;
  private final Backend backend;
  private final int threads;

  /**
   * A classifier over training vectors.
   *
   * @param threads how many threads to use; does not change the result
   */
  public NearestNeighbors(
      LabelledVectors training, Distance distance, Backend backend, int threads) {
    this.training = training;
    this.distance = distance;
    this.backend = backend;
    this.threads = threads;
    // Distances do not change, but products of centred vectors are small: in float32 the difference
    // of large ones would lose the digits that tell neighbours apart.
    this.centering = Standardization.centering(training.x(), 1);
    this.rows = centering.apply(training.x());
    this.squares = squares(rows);
  }

  private static float[] squares(Tensor x) {
    int columns = x.shape().dim(1);
    float[] squares = new float[x.shape().dim(0)];
    for (int i = 0; i < squares.length; i++) {
      double sum = 0;
      for (int c = 0; c < columns; c++) {
        double v = x.get(i * columns + c);
        sum += v * v;
      }
      squares[i] = (float) sum;
    }
    return squares;
  }

  /**
   * The nearest training rows of each query, nearest first; among equally near ones the first.
   *
   * @param queries {@code [N, D]}
   * @param k how many, 1 to the number of training vectors
   */
  public int[][] nearest(Tensor queries, int k) {
    if (k < 1 || k > training.size()) {
      throw new IllegalArgumentException(
          "neighbours: found k = " + k + ", expected 1 to " + training.size());
    }
    Tensor q = centering.apply(queries);
    int[][] nearest = new int[q.shape().dim(0)][];
    for (int first = 0; first < nearest.length; first += QUERIES) {
      Tensor block = q.slice(first, Math.min(nearest.length, first + QUERIES));
      Nearest[] best = new Nearest[block.shape().dim(0)];
      Arrays.setAll(best, i -> new Nearest(k));
      for (int from = 0; from < training.size(); from += ROWS) {
        search(block, from, Math.min(training.size(), from + ROWS), best);
      }
      for (int i = 0; i < best.length; i++) {
        nearest[first + i] = best[i].index;
      }
    }
    return nearest;
  }

  private void search(Tensor block, int from, int to, Nearest[] best) {
    Tensor scores = Tensor.zeros(best.length, to - from);
    if (distance == Distance.L2) {
      for (int i = 0; i < best.length; i++) {
        System.arraycopy(squares, from, scores.array(), i * (to - from), to - from);
      }
      backend.kernels(threads).gemm(false, true, -2, block, rows.slice(from, to), 1, scores);
    }
    new Parallel(threads)
        .run(
            best.length,
            i -> {
              if (distance == Distance.L1) {
                absoluteDifferences(block, i, from, scores);
              }
              for (int t = 0; t < to - from; t++) {
                best[i].offer(scores.get(i * (to - from) + t), from + t);
              }
            });
  }

  private void absoluteDifferences(Tensor block, int query, int from, Tensor scores) {
    int columns = training.width();
    int count = scores.shape().dim(1);
    float[] a = block.array();
    float[] b = rows.array();
    int ao = block.offset() + query * columns;
    for (int t = 0; t < count; t++) {
      int bo = rows.offset() + (from + t) * columns;
      // Several running sums: one alone waits for each addition to end.
      float[] sums = new float[LANES];
      int c = 0;
      for (; c + LANES <= columns; c += LANES) {
        for (int l = 0; l < LANES; l++) {
          sums[l] += Math.abs(a[ao + c + l] - b[bo + c + l]);
        }
      }
      float sum = 0;
      for (; c < columns; c++) {
        sum += Math.abs(a[ao + c] - b[bo + c]);
      }
      for (float s : sums) {
        sum += s;
      }
      scores.array()[query * count + t] = sum;
    }
  }

  /** The least of the values offered, ascending. */
  private static final class Nearest {
    private final float[] value;
    private final int[] index;
    private int size;

    Nearest(int k) {
      value = new float[k];
      index = new int[k];
    }

    void offer(float v, int i) {
      if (size == value.length && !(v < value[size - 1])) {
        return;
      }
      int at = size < value.length ? size++ : size - 1;
      while (at > 0 && v < value[at - 1]) {
        value[at] = value[at - 1];
        index[at] = index[at - 1];
        at--;
      }
      value[at] = v;
      index[at] = i;
    }
  }

  /**
   * The class that most of the k nearest training vectors have; of several the lowest.
   *
   * @param queries {@code [N, D]}
   */
  public int[] classify(Tensor queries, int k) {
    return vote(nearest(queries, k), k);
  }

  private int[] vote(int[][] nearest, int k) {
    int[] classes = new int[nearest.length];
    for (int i = 0; i < classes.length; i++) {
      int[] votes = new int[training.classes()];
      for (int n = 0; n < k; n++) {
        votes[training.labels()[nearest[i][n]]]++;
      }
      for (int c = 1; c < votes.length; c++) {
        classes[i] = votes[c] > votes[classes[i]] ? c : classes[i];
      }
    }
    return classes;
  }

  /**
   * What a number of neighbours gave in cross-validation.
   *
   * @param k number of neighbours
   * @param accuracies of the folds
   */
  public record Score(int k, List<Double> accuracies) {

    /** Copies the list. */
    public Score {
      accuracies = List.copyOf(accuracies);
    }

    /** Mean over the folds. */
    public double mean() {
      return accuracies.stream().mapToDouble(a -> a).average().orElseThrow();
    }
  }

  /**
   * Measures numbers of neighbours by cross-validation on training data.
   *
   * @param candidates numbers of neighbours
   * @param folds number of folds
   * @param seed decides the folds
   * @return a score for each candidate, in their order
   */
  public static List<Score> crossValidate(
      LabelledVectors data,
      Distance distance,
      int[] candidates,
      int folds,
      long seed,
      Backend backend,
      int threads) {
    List<List<Double>> accuracies = new ArrayList<>();
    for (int i = 0; i < candidates.length; i++) {
      accuracies.add(new ArrayList<>());
    }
    List<Fold> rounds = Fold.of(data.size(), folds, seed);
    int most = Arrays.stream(candidates).max().orElseThrow();
    for (Fold fold : rounds) {
      LabelledVectors held = data.rows(fold.validation());
      NearestNeighbors neighbors =
          new NearestNeighbors(data.rows(fold.training()), distance, backend, threads);
      int[][] nearest = neighbors.nearest(held.x(), most);
      for (int i = 0; i < candidates.length; i++) {
        accuracies.get(i).add(held.accuracy(neighbors.vote(nearest, candidates[i])));
      }
    }
    List<Score> scores = new ArrayList<>();
    for (int i = 0; i < candidates.length; i++) {
      scores.add(new Score(candidates[i], accuracies.get(i)));
    }
    return List.copyOf(scores);
  }
}
