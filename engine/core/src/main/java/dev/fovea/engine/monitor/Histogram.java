package dev.fovea.engine.monitor;

import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * How the elements of a tensor are distributed, in buckets whose limits are the same for all
 * tensors: 4 for each factor of 2 from 2^-40 to 2^40, for either sign, and one around 0. So
 * histograms of different steps can be put side by side. Immutable.
 *
 * @param count number of finite elements
 * @param zeros how many elements are exactly 0
 * @param notFinite how many elements are NaN or infinite
 * @param min smallest finite element; 0 if there is none
 * @param max largest finite element; 0 if there is none
 * @param sum of the finite elements
 * @param sumOfSquares of the finite elements
 * @param buckets the buckets that hold elements, by value
 */
public record Histogram(
    long count,
    long zeros,
    long notFinite,
    double min,
    double max,
    double sum,
    double sumOfSquares,
    List<Bucket> buckets) {

  private static final int PER_OCTAVE = 4;
  private static final int OCTAVES = 40;
  private static final int SIDE = 2 * OCTAVES * PER_OCTAVE;

  /**
   * A part of the number line.
   *
   * @param left lower limit
   * @param right upper limit
   * @param count elements between them
   */
  public record Bucket(double left, double right, long count) {}

  /** Copies the list. */
  public Histogram {
    buckets = List.copyOf(buckets);
  }

  /** Of all elements of a tensor. */
  public static Histogram of(Tensor tensor) {
    return of(tensor, tensor.size());
  }

  /**
   * Of some elements of a tensor, evenly spread: every {@code k}-th one, where {@code k} has no
   * factor in common with the number of elements, so that no column, row or channel is preferred.
   * Quantiles of {@code n} elements are off by about {@code 1 / (2 sqrt(n))} of the distribution.
   *
   * @param most how many elements to visit at most, 1 or more
   */
  static Histogram of(Tensor tensor, int most) {
    int stride = stride(tensor.size(), most);
    int visited = 0;
    long[] counts = new long[2 * SIDE + 1];
    long zeros = 0;
    long notFinite = 0;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    double sum = 0;
    double squares = 0;
    for (long i = 0; i < tensor.size(); i += stride) {
      double v = tensor.get((int) i);
      visited++;
      if (!Double.isFinite(v)) {
        notFinite++;
        continue;
      }
      zeros += v == 0 ? 1 : 0;
      min = Math.min(min, v);
      max = Math.max(max, v);
      sum += v;
      squares += v * v;
      counts[index(v)]++;
    }
    long count = visited - notFinite;
    List<Bucket> buckets = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        buckets.add(new Bucket(limit(i), limit(i + 1), counts[i]));
      }
    }
    return new Histogram(
        count, zeros, notFinite, count == 0 ? 0 : min, count == 0 ? 0 : max, sum, squares, buckets);
  }

  /** The distance of visited elements: coprime to the size, unless all are visited. */
  private static int stride(int size, int most) {
    int stride = Math.max(1, (int) (((long) size + most - 1) / most));
    while (stride > 1 && gcd(stride, size) != 1) {
      stride++;
    }
    return stride;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  private static int index(double v) {
    double magnitude = Math.abs(v);
    int octave = Math.getExponent(magnitude);
    if (octave < -OCTAVES) {
      return SIDE;
    }
    int quarter =
        octave >= OCTAVES
            ? SIDE - 1
            : (octave + OCTAVES) * PER_OCTAVE
                + (int) ((Math.scalb(magnitude, -octave) - 1) * PER_OCTAVE);
    return v > 0 ? SIDE + 1 + quarter : SIDE - 1 - quarter;
  }

  /** The lower limit of bucket {@code i}; each octave is cut into four equal parts. */
  private static double limit(int i) {
    if (i <= SIDE) {
      return -limit(2 * SIDE + 1 - i);
    }
    int quarter = i - SIDE - 1;
    return Math.scalb(
        1 + (double) (quarter % PER_OCTAVE) / PER_OCTAVE, quarter / PER_OCTAVE - OCTAVES);
  }

  /** The mean of the finite elements; 0 if there is none. */
  public double mean() {
    return count == 0 ? 0 : sum / count;
  }

  /** The standard deviation of the finite elements; 0 if there is none. */
  public double deviation() {
    return count == 0 ? 0 : Math.sqrt(Math.max(0, sumOfSquares / count - mean() * mean()));
  }

  /** Part of the elements that are exactly 0: of a ReLU, those that are off. */
  public double zeroShare() {
    return count == 0 ? 0 : (double) zeros / count;
  }

  /**
   * The value that a part of the elements lie below, to the width of a bucket.
   *
   * @param part 0 to 1
   */
  public double quantile(double part) {
    long below = 0;
    for (Bucket b : buckets) {
      if (below + b.count() >= part * count) {
        double inside = (part * count - below) / b.count();
        double q = b.left() + inside * (b.right() - b.left());
        return Math.max(min, Math.min(max, q));
      }
      below += b.count();
    }
    return max;
  }
}
