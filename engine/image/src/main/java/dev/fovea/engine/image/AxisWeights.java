package dev.fovea.engine.image;

/**
 * Resampling along one axis as weighted sums: output {@code o} is the sum of {@code weights[o][k]}
 * times input {@code first[o] + k}; the weights of an output add up to one.
 */
record AxisWeights(int[] first, float[][] weights) {

  static AxisWeights of(int in, int out, Resampling resampling) {
    int[] first = new int[out];
    float[][] weights = new float[out][];
    for (int o = 0; o < out; o++) {
      if (resampling == Resampling.NEAREST) {
        first[o] = nearest(o, in, out);
        weights[o] = new float[] {1};
      } else if (resampling == Resampling.AREA && out < in) {
        area(o, in, out, first, weights);
      } else {
        linear(o, in, out, first, weights);
      }
    }
    return new AxisWeights(first, weights);
  }

  /** The input pixel under the centre of output pixel {@code o}. */
  static int nearest(int o, int in, int out) {
    return (int) ((2L * o + 1) * in / (2L * out));
  }

  private static void linear(int o, int in, int out, int[] first, float[][] weights) {
    double at = Math.max(0, Math.min(in - 1, (o + 0.5) * in / out - 0.5));
    first[o] = (int) at;
    float right = (float) (at - first[o]);
    weights[o] = right == 0 ? new float[] {1} : new float[] {1 - right, right};
  }

  private static void area(int o, int in, int out, int[] first, float[][] weights) {
    // In units of 1 / out of an input pixel all borders are integers: no rounding at the seams.
    long start = (long) o * in;
    long end = start + in;
    first[o] = (int) (start / out);
    int last = (int) ((end - 1) / out);
    weights[o] = new float[last - first[o] + 1];
    for (int k = first[o]; k <= last; k++) {
      long overlap = Math.min(end, (k + 1L) * out) - Math.max(start, (long) k * out);
      weights[o][k - first[o]] = (float) ((double) overlap / in);
    }
  }
}
