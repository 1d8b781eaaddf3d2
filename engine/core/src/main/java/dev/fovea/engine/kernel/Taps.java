package dev.fovea.engine.kernel;

import java.util.Arrays;

/**
 * A linear map along one dimension, each output a sum of few inputs, or of none. Immutable.
 *
 * @param inputs elements of the input
 * @param first where the terms of each output begin, and as a last element their number
 * @param index input element of each term
 * @param weight its factor
 */
record Taps(int inputs, int[] first, int[] index, float[] weight) {

  /** The interpolation along dimension {@code d} of space. */
  static Taps of(Interpolation g, int d, int inputs, int outputs) {
    float scale = g.scales().get(d);
    Interpolation.Filter f = g.filter();
    boolean nearest = f.method() == Interpolation.Method.NEAREST;
    float stretch = f.stretch(scale);
    int reach = nearest ? 0 : (int) Math.ceil(f.support() * stretch);
    int room = 2 * reach + 2;
    int[] first = new int[outputs + 1];
    int[] index = new int[outputs * room];
    float[] weight = new float[outputs * room];
    int n = 0;
    for (int o = 0; o < outputs; o++) {
      float source = g.source(d, o, inputs, outputs);
      first[o] = n;
      if (g.beyond(d, o, inputs, outputs)) {
        continue;
      }
      if (nearest) {
        index[n] = g.nearest(source, inputs);
        weight[n++] = 1;
        continue;
      }
      double sum = 0;
      int floor = (int) Math.floor(source);
      for (int i = floor - reach; i <= floor + reach + 1; i++) {
        int inside = Math.min(Math.max(i, 0), inputs - 1);
        double w = f.excludeOutside() && i != inside ? 0 : f.weight((i - source) / stretch);
        if (w != 0) {
          sum += w;
          index[n] = inside;
          weight[n++] = (float) w;
        }
      }
      for (int t = first[o]; t < n; t++) {
        weight[t] /= (float) sum;
      }
    }
    first[outputs] = n;
    return new Taps(inputs, first, index, weight);
  }

  int outputs() {
    return first.length - 1;
  }

  /** Whether an output is a sum of nothing. */
  boolean isEmpty(int output) {
    return first[output] == first[output + 1];
  }

  /** Maps the middle of {@code [outer, inputs, inner]}; overwrites {@code out}. */
  void apply(float[] in, int from, int outer, int inner, float[] out, int to) {
    Arrays.fill(out, to, to + outer * outputs() * inner, 0);
    for (int b = 0; b < outer; b++) {
      for (int o = 0; o < outputs(); o++) {
        int target = to + (b * outputs() + o) * inner;
        for (int t = first[o]; t < first[o + 1]; t++) {
          add(in, from + (b * inputs + index[t]) * inner, weight[t], inner, out, target);
        }
      }
    }
  }

  /** The adjoint of {@link #apply}; adds to {@code dx}. */
  void applyAdjoint(float[] dy, int from, int outer, int inner, float[] dx, int to) {
    for (int b = 0; b < outer; b++) {
      for (int o = 0; o < outputs(); o++) {
        int source = from + (b * outputs() + o) * inner;
        for (int t = first[o]; t < first[o + 1]; t++) {
          add(dy, source, weight[t], inner, dx, to + (b * inputs + index[t]) * inner);
        }
      }
    }
  }

  private static void add(float[] in, int from, float factor, int n, float[] out, int to) {
    for (int i = 0; i < n; i++) {
      out[to + i] += factor * in[from + i];
    }
  }
}
