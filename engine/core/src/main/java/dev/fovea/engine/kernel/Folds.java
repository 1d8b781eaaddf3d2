package dev.fovea.engine.kernel;

import java.util.Arrays;

/** Running values of a reduction, in double. Not thread-safe. */
final class Folds {

  private final Reduce f;
  private final double[] values;
  private final double[] max;

  /**
   * Values of nothing so far.
   *
   * @param max for {@link Reduce#LOG_SUM_EXP} the largest element of each, found before; the values
   *     are then sums of {@code exp(x - max)}
   */
  Folds(Reduce f, int count, double[] max) {
    this.f = f;
    this.max = max;
    this.values = new double[count];
    Arrays.fill(values, f == Reduce.LOG_SUM_EXP || f == Reduce.MEAN ? 0 : ofNothing(f));
  }

  /** What a reduction gives for no elements at all. */
  static double ofNothing(Reduce f) {
    return switch (f) {
      case SUM, SUM_ABS, SUM_SQUARES -> 0;
      case MEAN -> Double.NaN;
      case PRODUCT -> 1;
      case MAX, LOG_SUM_EXP -> Double.NEGATIVE_INFINITY;
      case MIN -> Double.POSITIVE_INFINITY;
    };
  }

  /** Whether the reduction of one element is that element. */
  static boolean keepsSingle(Reduce f) {
    return f != Reduce.SUM_ABS && f != Reduce.SUM_SQUARES;
  }

  /** The logarithm of a sum of exponentials; infinite maxima must not become NaN. */
  static double logSumExp(double max, double sum) {
    return Double.isInfinite(max) ? max : max + Math.log(sum);
  }

  double[] values() {
    return values;
  }

  /** Takes one element for each of {@code n} values from {@code to} on. */
  void each(int to, float[] x, int at, int n) {
    if (f == Reduce.SUM || f == Reduce.MEAN) {
      for (int i = 0; i < n; i++) {
        values[to + i] += x[at + i];
      }
      return;
    }
    for (int i = 0; i < n; i++) {
      values[to + i] = next(to + i, values[to + i], x[at + i]);
    }
  }

  /** Takes {@code n} elements for one value. */
  void all(int to, float[] x, int at, int n) {
    if (f == Reduce.SUM || f == Reduce.MEAN) {
      values[to] += Sums.sum(x, at, n);
    } else if (f == Reduce.SUM_SQUARES) {
      values[to] += Sums.squares(x, at, 0, n);
    } else {
      double v = values[to];
      for (int i = 0; i < n; i++) {
        v = next(to, v, x[at + i]);
      }
      values[to] = v;
    }
  }

  private double next(int index, double v, double x) {
    return switch (f) {
      case SUM, MEAN -> v + x;
      case SUM_ABS -> v + Math.abs(x);
      case SUM_SQUARES -> v + x * x;
      case PRODUCT -> v * x;
      case MAX -> Math.max(v, x);
      case MIN -> Math.min(v, x);
      case LOG_SUM_EXP -> v + Math.exp(x - max[index]);
    };
  }
}
