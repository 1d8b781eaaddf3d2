package dev.fovea.engine.image;

import java.util.Arrays;

/**
 * Resampling along one axis as weighted sums: output {@code o} is the sum of {@code weights[o][k]}
 * times input {@code first[o] + k}; the weights of an output add up to one.
 */
record AxisWeights(int[] first, float[][] weights) {

  /**
   * Weights of {@code count} outputs from the one at {@code from} on, of {@code out} in all.
   *
   * @param in number of inputs
   */
  static AxisWeights of(int in, int out, int from, int count, Resampling resampling) {
    int[] first = new int[count];
    float[][] weights = new float[count][];
    for (int i = 0; i < count; i++) {
      int o = from + i;
      if (resampling == Resampling.NEAREST) {
        first[i] = nearest(o, in, out);
        weights[i] = new float[] {1};
      } else if (resampling == Resampling.AREA && out < in) {
        area(o, in, out, i, first, weights);
      } else if (resampling == Resampling.TRIANGLE && out < in) {
        triangle(o, in, out, i, first, weights);
      } else {
        linear(o, in, out, i, first, weights);
      }
    }
    return new AxisWeights(first, weights);
  }

  /** The first input that any output needs. */
  int begin() {
    return first[0];
  }

  /** The input behind the last one that any output needs. */
  int end() {
    int last = first.length - 1;
    return first[last] + weights[last].length;
  }

  /** The input pixel under the centre of output pixel {@code o}. */
  static int nearest(int o, int in, int out) {
    return (int) ((2L * o + 1) * in / (2L * out));
  }

  private static void linear(int o, int in, int out, int i, int[] first, float[][] weights) {
    double at = Math.max(0, Math.min(in - 1, (o + 0.5) * in / out - 0.5));
    first[i] = (int) at;
    float right = (float) (at - first[i]);
    weights[i] = right == 0 ? new float[] {1} : new float[] {1 - right, right};
  }

  private static void area(int o, int in, int out, int i, int[] first, float[][] weights) {
    // In units of 1 / out of an input pixel all borders are integers: no rounding at the seams.
    long start = (long) o * in;
    long end = start + in;
    first[i] = (int) (start / out);
    int last = (int) ((end - 1) / out);
    weights[i] = new float[last - first[i] + 1];
    for (int k = first[i]; k <= last; k++) {
      long overlap = Math.min(end, (k + 1L) * out) - Math.max(start, (long) k * out);
      weights[i][k - first[i]] = (float) ((double) overlap / in);
    }
  }

  private static void triangle(int o, int in, int out, int i, int[] first, float[][] weights) {
    double scale = (double) in / out;
    double centre = (o + 0.5) * scale;
    int begin = (int) Math.max(0, Math.floor(centre - scale + 0.5));
    int end = (int) Math.min(in, Math.floor(centre + scale + 0.5));
    double[] w = new double[end - begin];
    for (int k = 0; k < w.length; k++) {
      w[k] = Math.max(0, 1 - Math.abs(begin + k + 0.5 - centre) / scale);
    }
    double sum = Arrays.stream(w).sum();
    first[i] = begin;
    weights[i] = new float[w.length];
    for (int k = 0; k < w.length; k++) {
      weights[i][k] = (float) (w[k] / sum);
    }
  }
}
