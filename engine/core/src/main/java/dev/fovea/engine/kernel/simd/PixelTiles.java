package dev.fovea.engine.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of a few pixels of channel-blocked images with one or two blocks of output channels:
 * {@code c[co + v * cv + p * L + lane] = sum_k a[ao + offsets[k] + p * L] * w[wo + (k * V + v) * L
 * + lane]} for {@code P} pixels {@code p} and {@code V} blocks {@code v}, named {@code tilePxV}.
 * Overwrites. Pixels lie one vector apart, whatever {@code k} runs over: channels and taps of a
 * kernel, or the channels of a transformed tile.
 *
 * <p>Written out for the reasons given in {@link ProductTiles4}. All tiles add up in the order of
 * {@code k}, so a result does not depend on the tile in which it is computed.
 */
final class PixelTiles {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.COUNT;

  private PixelTiles() {}

  /** As {@link #tile14x2}, but the last seven pixels lie {@code gap} further on: rows of seven. */
  static void tile7and7x2(
      int depth,
      float[] a,
      int ao,
      int aGap,
      int[] offsets,
      float[] w,
      int wo,
      float[] c,
      int co,
      int cGap,
      int cv) {
    FloatVector c0a = FloatVector.zero(S);
    FloatVector c0b = FloatVector.zero(S);
    FloatVector c1a = FloatVector.zero(S);
    FloatVector c1b = FloatVector.zero(S);
    FloatVector c2a = FloatVector.zero(S);
    FloatVector c2b = FloatVector.zero(S);
    FloatVector c3a = FloatVector.zero(S);
    FloatVector c3b = FloatVector.zero(S);
    FloatVector c4a = FloatVector.zero(S);
    FloatVector c4b = FloatVector.zero(S);
    FloatVector c5a = FloatVector.zero(S);
    FloatVector c5b = FloatVector.zero(S);
    FloatVector c6a = FloatVector.zero(S);
    FloatVector c6b = FloatVector.zero(S);
    FloatVector c7a = FloatVector.zero(S);
    FloatVector c7b = FloatVector.zero(S);
    FloatVector c8a = FloatVector.zero(S);
    FloatVector c8b = FloatVector.zero(S);
    FloatVector c9a = FloatVector.zero(S);
    FloatVector c9b = FloatVector.zero(S);
    FloatVector c10a = FloatVector.zero(S);
    FloatVector c10b = FloatVector.zero(S);
    FloatVector c11a = FloatVector.zero(S);
    FloatVector c11b = FloatVector.zero(S);
    FloatVector c12a = FloatVector.zero(S);
    FloatVector c12b = FloatVector.zero(S);
    FloatVector c13a = FloatVector.zero(S);
    FloatVector c13b = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      int o = ao + offsets[k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + 2 * L * k);
      FloatVector wb = FloatVector.fromArray(S, w, wo + 2 * L * k + L);
      FloatVector x = FloatVector.broadcast(S, a[o]);
      c0a = x.fma(wa, c0a);
      c0b = x.fma(wb, c0b);
      x = FloatVector.broadcast(S, a[o + L]);
      c1a = x.fma(wa, c1a);
      c1b = x.fma(wb, c1b);
      x = FloatVector.broadcast(S, a[o + 2 * L]);
      c2a = x.fma(wa, c2a);
      c2b = x.fma(wb, c2b);
      x = FloatVector.broadcast(S, a[o + 3 * L]);
      c3a = x.fma(wa, c3a);
      c3b = x.fma(wb, c3b);
      x = FloatVector.broadcast(S, a[o + 4 * L]);
      c4a = x.fma(wa, c4a);
      c4b = x.fma(wb, c4b);
      x = FloatVector.broadcast(S, a[o + 5 * L]);
      c5a = x.fma(wa, c5a);
      c5b = x.fma(wb, c5b);
      x = FloatVector.broadcast(S, a[o + 6 * L]);
      c6a = x.fma(wa, c6a);
      c6b = x.fma(wb, c6b);
      o += aGap;
      x = FloatVector.broadcast(S, a[o + 7 * L]);
      c7a = x.fma(wa, c7a);
      c7b = x.fma(wb, c7b);
      x = FloatVector.broadcast(S, a[o + 8 * L]);
      c8a = x.fma(wa, c8a);
      c8b = x.fma(wb, c8b);
      x = FloatVector.broadcast(S, a[o + 9 * L]);
      c9a = x.fma(wa, c9a);
      c9b = x.fma(wb, c9b);
      x = FloatVector.broadcast(S, a[o + 10 * L]);
      c10a = x.fma(wa, c10a);
      c10b = x.fma(wb, c10b);
      x = FloatVector.broadcast(S, a[o + 11 * L]);
      c11a = x.fma(wa, c11a);
      c11b = x.fma(wb, c11b);
      x = FloatVector.broadcast(S, a[o + 12 * L]);
      c12a = x.fma(wa, c12a);
      c12b = x.fma(wb, c12b);
      x = FloatVector.broadcast(S, a[o + 13 * L]);
      c13a = x.fma(wa, c13a);
      c13b = x.fma(wb, c13b);
    }
    c0a.intoArray(c, co);
    c0b.intoArray(c, co + cv);
    c1a.intoArray(c, co + L);
    c1b.intoArray(c, co + cv + L);
    c2a.intoArray(c, co + 2 * L);
    c2b.intoArray(c, co + cv + 2 * L);
    c3a.intoArray(c, co + 3 * L);
    c3b.intoArray(c, co + cv + 3 * L);
    c4a.intoArray(c, co + 4 * L);
    c4b.intoArray(c, co + cv + 4 * L);
    c5a.intoArray(c, co + 5 * L);
    c5b.intoArray(c, co + cv + 5 * L);
    c6a.intoArray(c, co + 6 * L);
    c6b.intoArray(c, co + cv + 6 * L);
    co += cGap;
    c7a.intoArray(c, co + 7 * L);
    c7b.intoArray(c, co + cv + 7 * L);
    c8a.intoArray(c, co + 8 * L);
    c8b.intoArray(c, co + cv + 8 * L);
    c9a.intoArray(c, co + 9 * L);
    c9b.intoArray(c, co + cv + 9 * L);
    c10a.intoArray(c, co + 10 * L);
    c10b.intoArray(c, co + cv + 10 * L);
    c11a.intoArray(c, co + 11 * L);
    c11b.intoArray(c, co + cv + 11 * L);
    c12a.intoArray(c, co + 12 * L);
    c12b.intoArray(c, co + cv + 12 * L);
    c13a.intoArray(c, co + 13 * L);
    c13b.intoArray(c, co + cv + 13 * L);
  }

  static void tile14x2(
      int depth, float[] a, int ao, int[] offsets, float[] w, int wo, float[] c, int co, int cv) {
    FloatVector c0a = FloatVector.zero(S);
    FloatVector c0b = FloatVector.zero(S);
    FloatVector c1a = FloatVector.zero(S);
    FloatVector c1b = FloatVector.zero(S);
    FloatVector c2a = FloatVector.zero(S);
    FloatVector c2b = FloatVector.zero(S);
    FloatVector c3a = FloatVector.zero(S);
    FloatVector c3b = FloatVector.zero(S);
    FloatVector c4a = FloatVector.zero(S);
    FloatVector c4b = FloatVector.zero(S);
    FloatVector c5a = FloatVector.zero(S);
    FloatVector c5b = FloatVector.zero(S);
    FloatVector c6a = FloatVector.zero(S);
    FloatVector c6b = FloatVector.zero(S);
    FloatVector c7a = FloatVector.zero(S);
    FloatVector c7b = FloatVector.zero(S);
    FloatVector c8a = FloatVector.zero(S);
    FloatVector c8b = FloatVector.zero(S);
    FloatVector c9a = FloatVector.zero(S);
    FloatVector c9b = FloatVector.zero(S);
    FloatVector c10a = FloatVector.zero(S);
    FloatVector c10b = FloatVector.zero(S);
    FloatVector c11a = FloatVector.zero(S);
    FloatVector c11b = FloatVector.zero(S);
    FloatVector c12a = FloatVector.zero(S);
    FloatVector c12b = FloatVector.zero(S);
    FloatVector c13a = FloatVector.zero(S);
    FloatVector c13b = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      int o = ao + offsets[k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + 2 * L * k);
      FloatVector wb = FloatVector.fromArray(S, w, wo + 2 * L * k + L);
      FloatVector x = FloatVector.broadcast(S, a[o]);
      c0a = x.fma(wa, c0a);
      c0b = x.fma(wb, c0b);
      x = FloatVector.broadcast(S, a[o + L]);
      c1a = x.fma(wa, c1a);
      c1b = x.fma(wb, c1b);
      x = FloatVector.broadcast(S, a[o + 2 * L]);
      c2a = x.fma(wa, c2a);
      c2b = x.fma(wb, c2b);
      x = FloatVector.broadcast(S, a[o + 3 * L]);
      c3a = x.fma(wa, c3a);
      c3b = x.fma(wb, c3b);
      x = FloatVector.broadcast(S, a[o + 4 * L]);
      c4a = x.fma(wa, c4a);
      c4b = x.fma(wb, c4b);
      x = FloatVector.broadcast(S, a[o + 5 * L]);
      c5a = x.fma(wa, c5a);
      c5b = x.fma(wb, c5b);
      x = FloatVector.broadcast(S, a[o + 6 * L]);
      c6a = x.fma(wa, c6a);
      c6b = x.fma(wb, c6b);
      x = FloatVector.broadcast(S, a[o + 7 * L]);
      c7a = x.fma(wa, c7a);
      c7b = x.fma(wb, c7b);
      x = FloatVector.broadcast(S, a[o + 8 * L]);
      c8a = x.fma(wa, c8a);
      c8b = x.fma(wb, c8b);
      x = FloatVector.broadcast(S, a[o + 9 * L]);
      c9a = x.fma(wa, c9a);
      c9b = x.fma(wb, c9b);
      x = FloatVector.broadcast(S, a[o + 10 * L]);
      c10a = x.fma(wa, c10a);
      c10b = x.fma(wb, c10b);
      x = FloatVector.broadcast(S, a[o + 11 * L]);
      c11a = x.fma(wa, c11a);
      c11b = x.fma(wb, c11b);
      x = FloatVector.broadcast(S, a[o + 12 * L]);
      c12a = x.fma(wa, c12a);
      c12b = x.fma(wb, c12b);
      x = FloatVector.broadcast(S, a[o + 13 * L]);
      c13a = x.fma(wa, c13a);
      c13b = x.fma(wb, c13b);
    }
    c0a.intoArray(c, co);
    c0b.intoArray(c, co + cv);
    c1a.intoArray(c, co + L);
    c1b.intoArray(c, co + cv + L);
    c2a.intoArray(c, co + 2 * L);
    c2b.intoArray(c, co + cv + 2 * L);
    c3a.intoArray(c, co + 3 * L);
    c3b.intoArray(c, co + cv + 3 * L);
    c4a.intoArray(c, co + 4 * L);
    c4b.intoArray(c, co + cv + 4 * L);
    c5a.intoArray(c, co + 5 * L);
    c5b.intoArray(c, co + cv + 5 * L);
    c6a.intoArray(c, co + 6 * L);
    c6b.intoArray(c, co + cv + 6 * L);
    c7a.intoArray(c, co + 7 * L);
    c7b.intoArray(c, co + cv + 7 * L);
    c8a.intoArray(c, co + 8 * L);
    c8b.intoArray(c, co + cv + 8 * L);
    c9a.intoArray(c, co + 9 * L);
    c9b.intoArray(c, co + cv + 9 * L);
    c10a.intoArray(c, co + 10 * L);
    c10b.intoArray(c, co + cv + 10 * L);
    c11a.intoArray(c, co + 11 * L);
    c11b.intoArray(c, co + cv + 11 * L);
    c12a.intoArray(c, co + 12 * L);
    c12b.intoArray(c, co + cv + 12 * L);
    c13a.intoArray(c, co + 13 * L);
    c13b.intoArray(c, co + cv + 13 * L);
  }

  static void tile10x2(
      int depth, float[] a, int ao, int[] offsets, float[] w, int wo, float[] c, int co, int cv) {
    FloatVector c0a = FloatVector.zero(S);
    FloatVector c0b = FloatVector.zero(S);
    FloatVector c1a = FloatVector.zero(S);
    FloatVector c1b = FloatVector.zero(S);
    FloatVector c2a = FloatVector.zero(S);
    FloatVector c2b = FloatVector.zero(S);
    FloatVector c3a = FloatVector.zero(S);
    FloatVector c3b = FloatVector.zero(S);
    FloatVector c4a = FloatVector.zero(S);
    FloatVector c4b = FloatVector.zero(S);
    FloatVector c5a = FloatVector.zero(S);
    FloatVector c5b = FloatVector.zero(S);
    FloatVector c6a = FloatVector.zero(S);
    FloatVector c6b = FloatVector.zero(S);
    FloatVector c7a = FloatVector.zero(S);
    FloatVector c7b = FloatVector.zero(S);
    FloatVector c8a = FloatVector.zero(S);
    FloatVector c8b = FloatVector.zero(S);
    FloatVector c9a = FloatVector.zero(S);
    FloatVector c9b = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      int o = ao + offsets[k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + 2 * L * k);
      FloatVector wb = FloatVector.fromArray(S, w, wo + 2 * L * k + L);
      FloatVector x = FloatVector.broadcast(S, a[o]);
      c0a = x.fma(wa, c0a);
      c0b = x.fma(wb, c0b);
      x = FloatVector.broadcast(S, a[o + L]);
      c1a = x.fma(wa, c1a);
      c1b = x.fma(wb, c1b);
      x = FloatVector.broadcast(S, a[o + 2 * L]);
      c2a = x.fma(wa, c2a);
      c2b = x.fma(wb, c2b);
      x = FloatVector.broadcast(S, a[o + 3 * L]);
      c3a = x.fma(wa, c3a);
      c3b = x.fma(wb, c3b);
      x = FloatVector.broadcast(S, a[o + 4 * L]);
      c4a = x.fma(wa, c4a);
      c4b = x.fma(wb, c4b);
      x = FloatVector.broadcast(S, a[o + 5 * L]);
      c5a = x.fma(wa, c5a);
      c5b = x.fma(wb, c5b);
      x = FloatVector.broadcast(S, a[o + 6 * L]);
      c6a = x.fma(wa, c6a);
      c6b = x.fma(wb, c6b);
      x = FloatVector.broadcast(S, a[o + 7 * L]);
      c7a = x.fma(wa, c7a);
      c7b = x.fma(wb, c7b);
      x = FloatVector.broadcast(S, a[o + 8 * L]);
      c8a = x.fma(wa, c8a);
      c8b = x.fma(wb, c8b);
      x = FloatVector.broadcast(S, a[o + 9 * L]);
      c9a = x.fma(wa, c9a);
      c9b = x.fma(wb, c9b);
    }
    c0a.intoArray(c, co);
    c0b.intoArray(c, co + cv);
    c1a.intoArray(c, co + L);
    c1b.intoArray(c, co + cv + L);
    c2a.intoArray(c, co + 2 * L);
    c2b.intoArray(c, co + cv + 2 * L);
    c3a.intoArray(c, co + 3 * L);
    c3b.intoArray(c, co + cv + 3 * L);
    c4a.intoArray(c, co + 4 * L);
    c4b.intoArray(c, co + cv + 4 * L);
    c5a.intoArray(c, co + 5 * L);
    c5b.intoArray(c, co + cv + 5 * L);
    c6a.intoArray(c, co + 6 * L);
    c6b.intoArray(c, co + cv + 6 * L);
    c7a.intoArray(c, co + 7 * L);
    c7b.intoArray(c, co + cv + 7 * L);
    c8a.intoArray(c, co + 8 * L);
    c8b.intoArray(c, co + cv + 8 * L);
    c9a.intoArray(c, co + 9 * L);
    c9b.intoArray(c, co + cv + 9 * L);
  }

  static void tile7x2(
      int depth, float[] a, int ao, int[] offsets, float[] w, int wo, float[] c, int co, int cv) {
    FloatVector c0a = FloatVector.zero(S);
    FloatVector c0b = FloatVector.zero(S);
    FloatVector c1a = FloatVector.zero(S);
    FloatVector c1b = FloatVector.zero(S);
    FloatVector c2a = FloatVector.zero(S);
    FloatVector c2b = FloatVector.zero(S);
    FloatVector c3a = FloatVector.zero(S);
    FloatVector c3b = FloatVector.zero(S);
    FloatVector c4a = FloatVector.zero(S);
    FloatVector c4b = FloatVector.zero(S);
    FloatVector c5a = FloatVector.zero(S);
    FloatVector c5b = FloatVector.zero(S);
    FloatVector c6a = FloatVector.zero(S);
    FloatVector c6b = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      int o = ao + offsets[k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + 2 * L * k);
      FloatVector wb = FloatVector.fromArray(S, w, wo + 2 * L * k + L);
      FloatVector x = FloatVector.broadcast(S, a[o]);
      c0a = x.fma(wa, c0a);
      c0b = x.fma(wb, c0b);
      x = FloatVector.broadcast(S, a[o + L]);
      c1a = x.fma(wa, c1a);
      c1b = x.fma(wb, c1b);
      x = FloatVector.broadcast(S, a[o + 2 * L]);
      c2a = x.fma(wa, c2a);
      c2b = x.fma(wb, c2b);
      x = FloatVector.broadcast(S, a[o + 3 * L]);
      c3a = x.fma(wa, c3a);
      c3b = x.fma(wb, c3b);
      x = FloatVector.broadcast(S, a[o + 4 * L]);
      c4a = x.fma(wa, c4a);
      c4b = x.fma(wb, c4b);
      x = FloatVector.broadcast(S, a[o + 5 * L]);
      c5a = x.fma(wa, c5a);
      c5b = x.fma(wb, c5b);
      x = FloatVector.broadcast(S, a[o + 6 * L]);
      c6a = x.fma(wa, c6a);
      c6b = x.fma(wb, c6b);
    }
    c0a.intoArray(c, co);
    c0b.intoArray(c, co + cv);
    c1a.intoArray(c, co + L);
    c1b.intoArray(c, co + cv + L);
    c2a.intoArray(c, co + 2 * L);
    c2b.intoArray(c, co + cv + 2 * L);
    c3a.intoArray(c, co + 3 * L);
    c3b.intoArray(c, co + cv + 3 * L);
    c4a.intoArray(c, co + 4 * L);
    c4b.intoArray(c, co + cv + 4 * L);
    c5a.intoArray(c, co + 5 * L);
    c5b.intoArray(c, co + cv + 5 * L);
    c6a.intoArray(c, co + 6 * L);
    c6b.intoArray(c, co + cv + 6 * L);
  }

  static void tile6x2(
      int depth, float[] a, int ao, int[] offsets, float[] w, int wo, float[] c, int co, int cv) {
    FloatVector c0a = FloatVector.zero(S);
    FloatVector c0b = FloatVector.zero(S);
    FloatVector c1a = FloatVector.zero(S);
    FloatVector c1b = FloatVector.zero(S);
    FloatVector c2a = FloatVector.zero(S);
    FloatVector c2b = FloatVector.zero(S);
    FloatVector c3a = FloatVector.zero(S);
    FloatVector c3b = FloatVector.zero(S);
    FloatVector c4a = FloatVector.zero(S);
    FloatVector c4b = FloatVector.zero(S);
    FloatVector c5a = FloatVector.zero(S);
    FloatVector c5b = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      int o = ao + offsets[k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + 2 * L * k);
      FloatVector wb = FloatVector.fromArray(S, w, wo + 2 * L * k + L);
      FloatVector x = FloatVector.broadcast(S, a[o]);
      c0a = x.fma(wa, c0a);
      c0b = x.fma(wb, c0b);
      x = FloatVector.broadcast(S, a[o + L]);
      c1a = x.fma(wa, c1a);
      c1b = x.fma(wb, c1b);
      x = FloatVector.broadcast(S, a[o + 2 * L]);
      c2a = x.fma(wa, c2a);
      c2b = x.fma(wb, c2b);
      x = FloatVector.broadcast(S, a[o + 3 * L]);
      c3a = x.fma(wa, c3a);
      c3b = x.fma(wb, c3b);
      x = FloatVector.broadcast(S, a[o + 4 * L]);
      c4a = x.fma(wa, c4a);
      c4b = x.fma(wb, c4b);
      x = FloatVector.broadcast(S, a[o + 5 * L]);
      c5a = x.fma(wa, c5a);
      c5b = x.fma(wb, c5b);
    }
    c0a.intoArray(c, co);
    c0b.intoArray(c, co + cv);
    c1a.intoArray(c, co + L);
    c1b.intoArray(c, co + cv + L);
    c2a.intoArray(c, co + 2 * L);
    c2b.intoArray(c, co + cv + 2 * L);
    c3a.intoArray(c, co + 3 * L);
    c3b.intoArray(c, co + cv + 3 * L);
    c4a.intoArray(c, co + 4 * L);
    c4b.intoArray(c, co + cv + 4 * L);
    c5a.intoArray(c, co + 5 * L);
    c5b.intoArray(c, co + cv + 5 * L);
  }

  static void tile4x2(
      int depth, float[] a, int ao, int[] offsets, float[] w, int wo, float[] c, int co, int cv) {
    FloatVector c0a = FloatVector.zero(S);
    FloatVector c0b = FloatVector.zero(S);
    FloatVector c1a = FloatVector.zero(S);
    FloatVector c1b = FloatVector.zero(S);
    FloatVector c2a = FloatVector.zero(S);
    FloatVector c2b = FloatVector.zero(S);
    FloatVector c3a = FloatVector.zero(S);
    FloatVector c3b = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      int o = ao + offsets[k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + 2 * L * k);
      FloatVector wb = FloatVector.fromArray(S, w, wo + 2 * L * k + L);
      FloatVector x = FloatVector.broadcast(S, a[o]);
      c0a = x.fma(wa, c0a);
      c0b = x.fma(wb, c0b);
      x = FloatVector.broadcast(S, a[o + L]);
      c1a = x.fma(wa, c1a);
      c1b = x.fma(wb, c1b);
      x = FloatVector.broadcast(S, a[o + 2 * L]);
      c2a = x.fma(wa, c2a);
      c2b = x.fma(wb, c2b);
      x = FloatVector.broadcast(S, a[o + 3 * L]);
      c3a = x.fma(wa, c3a);
      c3b = x.fma(wb, c3b);
    }
    c0a.intoArray(c, co);
    c0b.intoArray(c, co + cv);
    c1a.intoArray(c, co + L);
    c1b.intoArray(c, co + cv + L);
    c2a.intoArray(c, co + 2 * L);
    c2b.intoArray(c, co + cv + 2 * L);
    c3a.intoArray(c, co + 3 * L);
    c3b.intoArray(c, co + cv + 3 * L);
  }

  static void tile2x2(
      int depth, float[] a, int ao, int[] offsets, float[] w, int wo, float[] c, int co, int cv) {
    FloatVector c0a = FloatVector.zero(S);
    FloatVector c0b = FloatVector.zero(S);
    FloatVector c1a = FloatVector.zero(S);
    FloatVector c1b = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      int o = ao + offsets[k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + 2 * L * k);
      FloatVector wb = FloatVector.fromArray(S, w, wo + 2 * L * k + L);
      FloatVector x = FloatVector.broadcast(S, a[o]);
      c0a = x.fma(wa, c0a);
      c0b = x.fma(wb, c0b);
      x = FloatVector.broadcast(S, a[o + L]);
      c1a = x.fma(wa, c1a);
      c1b = x.fma(wb, c1b);
    }
    c0a.intoArray(c, co);
    c0b.intoArray(c, co + cv);
    c1a.intoArray(c, co + L);
    c1b.intoArray(c, co + cv + L);
  }

  static void tile1x2(
      int depth, float[] a, int ao, int[] offsets, float[] w, int wo, float[] c, int co, int cv) {
    FloatVector c0a = FloatVector.zero(S);
    FloatVector c0b = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      int o = ao + offsets[k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + 2 * L * k);
      FloatVector wb = FloatVector.fromArray(S, w, wo + 2 * L * k + L);
      FloatVector x = FloatVector.broadcast(S, a[o]);
      c0a = x.fma(wa, c0a);
      c0b = x.fma(wb, c0b);
    }
    c0a.intoArray(c, co);
    c0b.intoArray(c, co + cv);
  }

  static void tile14x1(
      int depth, float[] a, int ao, int[] offsets, float[] w, int wo, float[] c, int co) {
    FloatVector c0a = FloatVector.zero(S);
    FloatVector c1a = FloatVector.zero(S);
    FloatVector c2a = FloatVector.zero(S);
    FloatVector c3a = FloatVector.zero(S);
    FloatVector c4a = FloatVector.zero(S);
    FloatVector c5a = FloatVector.zero(S);
    FloatVector c6a = FloatVector.zero(S);
    FloatVector c7a = FloatVector.zero(S);
    FloatVector c8a = FloatVector.zero(S);
    FloatVector c9a = FloatVector.zero(S);
    FloatVector c10a = FloatVector.zero(S);
    FloatVector c11a = FloatVector.zero(S);
    FloatVector c12a = FloatVector.zero(S);
    FloatVector c13a = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      int o = ao + offsets[k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + L * k);
      FloatVector x = FloatVector.broadcast(S, a[o]);
      c0a = x.fma(wa, c0a);
      x = FloatVector.broadcast(S, a[o + L]);
      c1a = x.fma(wa, c1a);
      x = FloatVector.broadcast(S, a[o + 2 * L]);
      c2a = x.fma(wa, c2a);
      x = FloatVector.broadcast(S, a[o + 3 * L]);
      c3a = x.fma(wa, c3a);
      x = FloatVector.broadcast(S, a[o + 4 * L]);
      c4a = x.fma(wa, c4a);
      x = FloatVector.broadcast(S, a[o + 5 * L]);
      c5a = x.fma(wa, c5a);
      x = FloatVector.broadcast(S, a[o + 6 * L]);
      c6a = x.fma(wa, c6a);
      x = FloatVector.broadcast(S, a[o + 7 * L]);
      c7a = x.fma(wa, c7a);
      x = FloatVector.broadcast(S, a[o + 8 * L]);
      c8a = x.fma(wa, c8a);
      x = FloatVector.broadcast(S, a[o + 9 * L]);
      c9a = x.fma(wa, c9a);
      x = FloatVector.broadcast(S, a[o + 10 * L]);
      c10a = x.fma(wa, c10a);
      x = FloatVector.broadcast(S, a[o + 11 * L]);
      c11a = x.fma(wa, c11a);
      x = FloatVector.broadcast(S, a[o + 12 * L]);
      c12a = x.fma(wa, c12a);
      x = FloatVector.broadcast(S, a[o + 13 * L]);
      c13a = x.fma(wa, c13a);
    }
    c0a.intoArray(c, co);
    c1a.intoArray(c, co + L);
    c2a.intoArray(c, co + 2 * L);
    c3a.intoArray(c, co + 3 * L);
    c4a.intoArray(c, co + 4 * L);
    c5a.intoArray(c, co + 5 * L);
    c6a.intoArray(c, co + 6 * L);
    c7a.intoArray(c, co + 7 * L);
    c8a.intoArray(c, co + 8 * L);
    c9a.intoArray(c, co + 9 * L);
    c10a.intoArray(c, co + 10 * L);
    c11a.intoArray(c, co + 11 * L);
    c12a.intoArray(c, co + 12 * L);
    c13a.intoArray(c, co + 13 * L);
  }

  static void tile10x1(
      int depth, float[] a, int ao, int[] offsets, float[] w, int wo, float[] c, int co) {
    FloatVector c0a = FloatVector.zero(S);
    FloatVector c1a = FloatVector.zero(S);
    FloatVector c2a = FloatVector.zero(S);
    FloatVector c3a = FloatVector.zero(S);
    FloatVector c4a = FloatVector.zero(S);
    FloatVector c5a = FloatVector.zero(S);
    FloatVector c6a = FloatVector.zero(S);
    FloatVector c7a = FloatVector.zero(S);
    FloatVector c8a = FloatVector.zero(S);
    FloatVector c9a = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      int o = ao + offsets[k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + L * k);
      FloatVector x = FloatVector.broadcast(S, a[o]);
      c0a = x.fma(wa, c0a);
      x = FloatVector.broadcast(S, a[o + L]);
      c1a = x.fma(wa, c1a);
      x = FloatVector.broadcast(S, a[o + 2 * L]);
      c2a = x.fma(wa, c2a);
      x = FloatVector.broadcast(S, a[o + 3 * L]);
      c3a = x.fma(wa, c3a);
      x = FloatVector.broadcast(S, a[o + 4 * L]);
      c4a = x.fma(wa, c4a);
      x = FloatVector.broadcast(S, a[o + 5 * L]);
      c5a = x.fma(wa, c5a);
      x = FloatVector.broadcast(S, a[o + 6 * L]);
      c6a = x.fma(wa, c6a);
      x = FloatVector.broadcast(S, a[o + 7 * L]);
      c7a = x.fma(wa, c7a);
      x = FloatVector.broadcast(S, a[o + 8 * L]);
      c8a = x.fma(wa, c8a);
      x = FloatVector.broadcast(S, a[o + 9 * L]);
      c9a = x.fma(wa, c9a);
    }
    c0a.intoArray(c, co);
    c1a.intoArray(c, co + L);
    c2a.intoArray(c, co + 2 * L);
    c3a.intoArray(c, co + 3 * L);
    c4a.intoArray(c, co + 4 * L);
    c5a.intoArray(c, co + 5 * L);
    c6a.intoArray(c, co + 6 * L);
    c7a.intoArray(c, co + 7 * L);
    c8a.intoArray(c, co + 8 * L);
    c9a.intoArray(c, co + 9 * L);
  }

  static void tile7x1(
      int depth, float[] a, int ao, int[] offsets, float[] w, int wo, float[] c, int co) {
    FloatVector c0a = FloatVector.zero(S);
    FloatVector c1a = FloatVector.zero(S);
    FloatVector c2a = FloatVector.zero(S);
    FloatVector c3a = FloatVector.zero(S);
    FloatVector c4a = FloatVector.zero(S);
    FloatVector c5a = FloatVector.zero(S);
    FloatVector c6a = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      int o = ao + offsets[k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + L * k);
      FloatVector x = FloatVector.broadcast(S, a[o]);
      c0a = x.fma(wa, c0a);
      x = FloatVector.broadcast(S, a[o + L]);
      c1a = x.fma(wa, c1a);
      x = FloatVector.broadcast(S, a[o + 2 * L]);
      c2a = x.fma(wa, c2a);
      x = FloatVector.broadcast(S, a[o + 3 * L]);
      c3a = x.fma(wa, c3a);
      x = FloatVector.broadcast(S, a[o + 4 * L]);
      c4a = x.fma(wa, c4a);
      x = FloatVector.broadcast(S, a[o + 5 * L]);
      c5a = x.fma(wa, c5a);
      x = FloatVector.broadcast(S, a[o + 6 * L]);
      c6a = x.fma(wa, c6a);
    }
    c0a.intoArray(c, co);
    c1a.intoArray(c, co + L);
    c2a.intoArray(c, co + 2 * L);
    c3a.intoArray(c, co + 3 * L);
    c4a.intoArray(c, co + 4 * L);
    c5a.intoArray(c, co + 5 * L);
    c6a.intoArray(c, co + 6 * L);
  }

  static void tile6x1(
      int depth, float[] a, int ao, int[] offsets, float[] w, int wo, float[] c, int co) {
    FloatVector c0a = FloatVector.zero(S);
    FloatVector c1a = FloatVector.zero(S);
    FloatVector c2a = FloatVector.zero(S);
    FloatVector c3a = FloatVector.zero(S);
    FloatVector c4a = FloatVector.zero(S);
    FloatVector c5a = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      int o = ao + offsets[k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + L * k);
      FloatVector x = FloatVector.broadcast(S, a[o]);
      c0a = x.fma(wa, c0a);
      x = FloatVector.broadcast(S, a[o + L]);
      c1a = x.fma(wa, c1a);
      x = FloatVector.broadcast(S, a[o + 2 * L]);
      c2a = x.fma(wa, c2a);
      x = FloatVector.broadcast(S, a[o + 3 * L]);
      c3a = x.fma(wa, c3a);
      x = FloatVector.broadcast(S, a[o + 4 * L]);
      c4a = x.fma(wa, c4a);
      x = FloatVector.broadcast(S, a[o + 5 * L]);
      c5a = x.fma(wa, c5a);
    }
    c0a.intoArray(c, co);
    c1a.intoArray(c, co + L);
    c2a.intoArray(c, co + 2 * L);
    c3a.intoArray(c, co + 3 * L);
    c4a.intoArray(c, co + 4 * L);
    c5a.intoArray(c, co + 5 * L);
  }

  static void tile4x1(
      int depth, float[] a, int ao, int[] offsets, float[] w, int wo, float[] c, int co) {
    FloatVector c0a = FloatVector.zero(S);
    FloatVector c1a = FloatVector.zero(S);
    FloatVector c2a = FloatVector.zero(S);
    FloatVector c3a = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      int o = ao + offsets[k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + L * k);
      FloatVector x = FloatVector.broadcast(S, a[o]);
      c0a = x.fma(wa, c0a);
      x = FloatVector.broadcast(S, a[o + L]);
      c1a = x.fma(wa, c1a);
      x = FloatVector.broadcast(S, a[o + 2 * L]);
      c2a = x.fma(wa, c2a);
      x = FloatVector.broadcast(S, a[o + 3 * L]);
      c3a = x.fma(wa, c3a);
    }
    c0a.intoArray(c, co);
    c1a.intoArray(c, co + L);
    c2a.intoArray(c, co + 2 * L);
    c3a.intoArray(c, co + 3 * L);
  }

  static void tile2x1(
      int depth, float[] a, int ao, int[] offsets, float[] w, int wo, float[] c, int co) {
    FloatVector c0a = FloatVector.zero(S);
    FloatVector c1a = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      int o = ao + offsets[k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + L * k);
      FloatVector x = FloatVector.broadcast(S, a[o]);
      c0a = x.fma(wa, c0a);
      x = FloatVector.broadcast(S, a[o + L]);
      c1a = x.fma(wa, c1a);
    }
    c0a.intoArray(c, co);
    c1a.intoArray(c, co + L);
  }

  static void tile1x1(
      int depth, float[] a, int ao, int[] offsets, float[] w, int wo, float[] c, int co) {
    FloatVector c0a = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      int o = ao + offsets[k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + L * k);
      FloatVector x = FloatVector.broadcast(S, a[o]);
      c0a = x.fma(wa, c0a);
    }
    c0a.intoArray(c, co);
  }
}
