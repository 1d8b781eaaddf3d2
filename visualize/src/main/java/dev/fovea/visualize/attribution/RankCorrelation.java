package dev.fovea.visualize.attribution;

import java.util.Arrays;
import java.util.Comparator;

/** Spearman's rank correlation. */
public final class RankCorrelation {
  private RankCorrelation() {}

  /**
   * The correlation of the ranks of two lists, -1 to 1; equal values share the mean of their ranks.
   * 0 if all values of a list are equal: nothing can be told then.
   *
   * @throws IllegalArgumentException if they have not the same length
   */
  public static double of(float[] a, float[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "rank correlation: found " + a.length + " and " + b.length + " values, expected as many");
    }
    double[] ra = ranks(a);
    double[] rb = ranks(b);
    double middle = (a.length - 1) / 2.0;
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (ra[i] - middle) * (rb[i] - middle);
      aa += (ra[i] - middle) * (ra[i] - middle);
      bb += (rb[i] - middle) * (rb[i] - middle);
    }
    return aa == 0 || bb == 0 ? 0 : ab / Math.sqrt(aa * bb);
  }

  private static double[] ranks(float[] values) {
    Integer[] order = new Integer[values.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> values[i]));
    double[] ranks = new double[values.length];
    for (int from = 0; from < order.length; ) {
      int to = from;
      while (to < order.length && values[order[to]] == values[order[from]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        ranks[order[i]] = (from + to - 1) / 2.0;
      }
      from = to;
    }
    return ranks;
  }
}
