package dev.fovea.engine.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A few pixels of a channel-blocked image from those under a window: weighted sums (with weights of
 * their own for each lane), sums and largest values. Tap {@code t} of pixel {@code p} is at {@code
 * a [ao + shifts[t] + p * L]}. Overwrites.
 */
final class WindowTiles {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.COUNT;

  private WindowTiles() {}

  private static FloatVector at(float[] a, int i) {
    return FloatVector.fromArray(S, a, i);
  }

  /** {@code c = sum_t w[t] * a[t]} for {@code n} pixels. */
  static void weighted(
      int n, float[] a, int ao, int[] shifts, float[] w, int wo, float[] c, int co) {
    int i = 0;
    for (; i + 6 <= n; i += 6) {
      weighted6(a, ao + i * L, shifts, w, wo, c, co + i * L);
    }
    for (; i < n; i++) {
      weighted1(a, ao + i * L, shifts, w, wo, c, co + i * L);
    }
  }

  private static void weighted6(
      float[] a, int ao, int[] shifts, float[] w, int wo, float[] c, int co) {
    FloatVector c0 = FloatVector.zero(S);
    FloatVector c1 = FloatVector.zero(S);
    FloatVector c2 = FloatVector.zero(S);
    FloatVector c3 = FloatVector.zero(S);
    FloatVector c4 = FloatVector.zero(S);
    FloatVector c5 = FloatVector.zero(S);
    for (int t = 0; t < shifts.length; t++) {
      int o = ao + shifts[t];
      FloatVector f = at(w, wo + t * L);
      c0 = at(a, o).fma(f, c0);
      c1 = at(a, o + L).fma(f, c1);
      c2 = at(a, o + 2 * L).fma(f, c2);
      c3 = at(a, o + 3 * L).fma(f, c3);
      c4 = at(a, o + 4 * L).fma(f, c4);
      c5 = at(a, o + 5 * L).fma(f, c5);
    }
    c0.intoArray(c, co);
    c1.intoArray(c, co + L);
    c2.intoArray(c, co + 2 * L);
    c3.intoArray(c, co + 3 * L);
    c4.intoArray(c, co + 4 * L);
    c5.intoArray(c, co + 5 * L);
  }

  private static void weighted1(
      float[] a, int ao, int[] shifts, float[] w, int wo, float[] c, int co) {
    FloatVector sum = FloatVector.zero(S);
    for (int t = 0; t < shifts.length; t++) {
      sum = at(a, ao + shifts[t]).fma(at(w, wo + t * L), sum);
    }
    sum.intoArray(c, co);
  }

  /** {@code c = sum_t a[t]} for {@code n} pixels. */
  static void sums(int n, float[] a, int ao, int[] shifts, float[] c, int co) {
    for (int i = 0; i < n; i++) {
      FloatVector sum = FloatVector.zero(S);
      for (int t = 0; t < shifts.length; t++) {
        sum = at(a, ao + shifts[t] + i * L).add(sum);
      }
      sum.intoArray(c, co + i * L);
    }
  }

  /** {@code c = max_t a[t]} for {@code n} pixels. */
  static void largest(int n, float[] a, int ao, int[] shifts, float[] c, int co) {
    int i = 0;
    for (; i + 4 <= n; i += 4) {
      largest4(a, ao + i * L, shifts, c, co + i * L);
    }
    for (; i < n; i++) {
      FloatVector max = at(a, ao + shifts[0] + i * L);
      for (int t = 1; t < shifts.length; t++) {
        max = at(a, ao + shifts[t] + i * L).max(max);
      }
      max.intoArray(c, co + i * L);
    }
  }

  private static void largest4(float[] a, int ao, int[] shifts, float[] c, int co) {
    int o = ao + shifts[0];
    FloatVector c0 = at(a, o);
    FloatVector c1 = at(a, o + L);
    FloatVector c2 = at(a, o + 2 * L);
    FloatVector c3 = at(a, o + 3 * L);
    for (int t = 1; t < shifts.length; t++) {
      o = ao + shifts[t];
      c0 = at(a, o).max(c0);
      c1 = at(a, o + L).max(c1);
      c2 = at(a, o + 2 * L).max(c2);
      c3 = at(a, o + 3 * L).max(c3);
    }
    c0.intoArray(c, co);
    c1.intoArray(c, co + L);
    c2.intoArray(c, co + 2 * L);
    c3.intoArray(c, co + 3 * L);
  }

  /** {@code c[p] *= factors[p]} for {@code n} pixels. */
  static void scale(int n, float[] c, int co, float[] factors, int fo) {
    for (int i = 0; i < n; i++) {
      at(c, co + i * L).mul(factors[fo + i]).intoArray(c, co + i * L);
    }
  }
}
