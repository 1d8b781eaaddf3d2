package dev.fovea.engine.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of a few pixels of channel-blocked images with one or two blocks of output channels:
 * {@code c[co + v * blockStep + p * L + lane] = start[so + p * startPixel + v * startBlock + lane]
 * + sum_k a[ao + offsets[first + k] + p * L] * w[wo + (k * V + v) * L + lane]} for {@code P} pixels
 * {@code p} and {@code V} blocks {@code v}, named {@code tilePxV}. Pixels lie one vector apart,
 * whatever {@code k} runs over: channels and taps of a kernel, or the channels of a transformed
 * tile.
 *
 * <p>Written out for the reasons given in {@link ProductTiles4}. All tiles add up in the order of
 * {@code k}, from what they start with on, so a result depends neither on the tile in which it is
 * computed nor on where its sum is interrupted.
 */
final class PixelTiles {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.COUNT;

  private PixelTiles() {}

  /**
   * What tiles of a call have in common.
   *
   * @param offsets of the left factors
   * @param start what sums start with; may be {@code c}
   * @param startPixel from one pixel of it to the next
   * @param startBlock from one block of it to the next
   * @param blockStep from one block of {@code c} to the next
   */
  record Operands(
      float[] a,
      int[] offsets,
      float[] w,
      float[] start,
      int startPixel,
      int startBlock,
      float[] c,
      int blockStep) {

    private static final float[] ZEROS = new float[2 * L];

    /** Sums that start from zero, as they are. */
    static Operands sums(float[] a, int[] offsets, float[] w, float[] c, int blockStep) {
      return new Operands(a, offsets, w, ZEROS, 0, 0, c, blockStep);
    }
  }

  /** A tile of {@code n} pixels, a size from {@link Runs}, for two blocks. */
  static void multiply2(int n, Operands o, int depth, int first, int ao, int wo, int so, int co) {
    switch (n) {
      case 12 -> tile12x2(o, depth, first, ao, wo, so, co);
      case 10 -> tile10x2(o, depth, first, ao, wo, so, co);
      case 8 -> tile8x2(o, depth, first, ao, wo, so, co);
      case 7 -> tile7x2(o, depth, first, ao, wo, so, co);
      case 6 -> tile6x2(o, depth, first, ao, wo, so, co);
      case 4 -> tile4x2(o, depth, first, ao, wo, so, co);
      case 2 -> tile2x2(o, depth, first, ao, wo, so, co);
      default -> tile1x2(o, depth, first, ao, wo, so, co);
    }
  }

  /** A tile of {@code n} pixels, a size from {@link Runs}, for one block. */
  static void multiply1(int n, Operands o, int depth, int first, int ao, int wo, int so, int co) {
    switch (n) {
      case 12 -> tile12x1(o, depth, first, ao, wo, so, co);
      case 10 -> tile10x1(o, depth, first, ao, wo, so, co);
      case 8 -> tile8x1(o, depth, first, ao, wo, so, co);
      case 7 -> tile7x1(o, depth, first, ao, wo, so, co);
      case 6 -> tile6x1(o, depth, first, ao, wo, so, co);
      case 4 -> tile4x1(o, depth, first, ao, wo, so, co);
      case 2 -> tile2x1(o, depth, first, ao, wo, so, co);
      default -> tile1x1(o, depth, first, ao, wo, so, co);
    }
  }

  /** Two times seven pixels, the last seven {@code gap} further on: rows of seven. */
  static void tile7and7x2(
      Operands o, int depth, int first, int ao, int aGap, int wo, int so, int co) {
    float[] a = o.a;
    int[] offsets = o.offsets;
    float[] w = o.w;
    float[] s = o.start;
    int sp = o.startPixel;
    int sv = o.startBlock;
    FloatVector c0a = FloatVector.fromArray(S, s, so);
    FloatVector c0b = FloatVector.fromArray(S, s, so + sv);
    FloatVector c1a = FloatVector.fromArray(S, s, so + sp);
    FloatVector c1b = FloatVector.fromArray(S, s, so + sp + sv);
    FloatVector c2a = FloatVector.fromArray(S, s, so + 2 * sp);
    FloatVector c2b = FloatVector.fromArray(S, s, so + 2 * sp + sv);
    FloatVector c3a = FloatVector.fromArray(S, s, so + 3 * sp);
    FloatVector c3b = FloatVector.fromArray(S, s, so + 3 * sp + sv);
    FloatVector c4a = FloatVector.fromArray(S, s, so + 4 * sp);
    FloatVector c4b = FloatVector.fromArray(S, s, so + 4 * sp + sv);
    FloatVector c5a = FloatVector.fromArray(S, s, so + 5 * sp);
    FloatVector c5b = FloatVector.fromArray(S, s, so + 5 * sp + sv);
    FloatVector c6a = FloatVector.fromArray(S, s, so + 6 * sp);
    FloatVector c6b = FloatVector.fromArray(S, s, so + 6 * sp + sv);
    FloatVector c7a = FloatVector.fromArray(S, s, so + 7 * sp);
    FloatVector c7b = FloatVector.fromArray(S, s, so + 7 * sp + sv);
    FloatVector c8a = FloatVector.fromArray(S, s, so + 8 * sp);
    FloatVector c8b = FloatVector.fromArray(S, s, so + 8 * sp + sv);
    FloatVector c9a = FloatVector.fromArray(S, s, so + 9 * sp);
    FloatVector c9b = FloatVector.fromArray(S, s, so + 9 * sp + sv);
    FloatVector c10a = FloatVector.fromArray(S, s, so + 10 * sp);
    FloatVector c10b = FloatVector.fromArray(S, s, so + 10 * sp + sv);
    FloatVector c11a = FloatVector.fromArray(S, s, so + 11 * sp);
    FloatVector c11b = FloatVector.fromArray(S, s, so + 11 * sp + sv);
    FloatVector c12a = FloatVector.fromArray(S, s, so + 12 * sp);
    FloatVector c12b = FloatVector.fromArray(S, s, so + 12 * sp + sv);
    FloatVector c13a = FloatVector.fromArray(S, s, so + 13 * sp);
    FloatVector c13b = FloatVector.fromArray(S, s, so + 13 * sp + sv);
    for (int k = 0; k < depth; k++) {
      int i = ao + offsets[first + k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + 2 * L * k);
      FloatVector wb = FloatVector.fromArray(S, w, wo + 2 * L * k + L);
      FloatVector x = FloatVector.broadcast(S, a[i]);
      c0a = x.fma(wa, c0a);
      c0b = x.fma(wb, c0b);
      x = FloatVector.broadcast(S, a[i + L]);
      c1a = x.fma(wa, c1a);
      c1b = x.fma(wb, c1b);
      x = FloatVector.broadcast(S, a[i + 2 * L]);
      c2a = x.fma(wa, c2a);
      c2b = x.fma(wb, c2b);
      x = FloatVector.broadcast(S, a[i + 3 * L]);
      c3a = x.fma(wa, c3a);
      c3b = x.fma(wb, c3b);
      x = FloatVector.broadcast(S, a[i + 4 * L]);
      c4a = x.fma(wa, c4a);
      c4b = x.fma(wb, c4b);
      x = FloatVector.broadcast(S, a[i + 5 * L]);
      c5a = x.fma(wa, c5a);
      c5b = x.fma(wb, c5b);
      x = FloatVector.broadcast(S, a[i + 6 * L]);
      c6a = x.fma(wa, c6a);
      c6b = x.fma(wb, c6b);
      i += aGap;
      x = FloatVector.broadcast(S, a[i + 7 * L]);
      c7a = x.fma(wa, c7a);
      c7b = x.fma(wb, c7b);
      x = FloatVector.broadcast(S, a[i + 8 * L]);
      c8a = x.fma(wa, c8a);
      c8b = x.fma(wb, c8b);
      x = FloatVector.broadcast(S, a[i + 9 * L]);
      c9a = x.fma(wa, c9a);
      c9b = x.fma(wb, c9b);
      x = FloatVector.broadcast(S, a[i + 10 * L]);
      c10a = x.fma(wa, c10a);
      c10b = x.fma(wb, c10b);
      x = FloatVector.broadcast(S, a[i + 11 * L]);
      c11a = x.fma(wa, c11a);
      c11b = x.fma(wb, c11b);
      x = FloatVector.broadcast(S, a[i + 12 * L]);
      c12a = x.fma(wa, c12a);
      c12b = x.fma(wb, c12b);
      x = FloatVector.broadcast(S, a[i + 13 * L]);
      c13a = x.fma(wa, c13a);
      c13b = x.fma(wb, c13b);
    }
    float[] c = o.c;
    int cv = o.blockStep;
    c0a.intoArray(c, co);
    c0b.intoArray(c, co + cv);
    c1a.intoArray(c, co + L);
    c1b.intoArray(c, co + L + cv);
    c2a.intoArray(c, co + 2 * L);
    c2b.intoArray(c, co + 2 * L + cv);
    c3a.intoArray(c, co + 3 * L);
    c3b.intoArray(c, co + 3 * L + cv);
    c4a.intoArray(c, co + 4 * L);
    c4b.intoArray(c, co + 4 * L + cv);
    c5a.intoArray(c, co + 5 * L);
    c5b.intoArray(c, co + 5 * L + cv);
    c6a.intoArray(c, co + 6 * L);
    c6b.intoArray(c, co + 6 * L + cv);
    c7a.intoArray(c, co + 7 * L);
    c7b.intoArray(c, co + 7 * L + cv);
    c8a.intoArray(c, co + 8 * L);
    c8b.intoArray(c, co + 8 * L + cv);
    c9a.intoArray(c, co + 9 * L);
    c9b.intoArray(c, co + 9 * L + cv);
    c10a.intoArray(c, co + 10 * L);
    c10b.intoArray(c, co + 10 * L + cv);
    c11a.intoArray(c, co + 11 * L);
    c11b.intoArray(c, co + 11 * L + cv);
    c12a.intoArray(c, co + 12 * L);
    c12b.intoArray(c, co + 12 * L + cv);
    c13a.intoArray(c, co + 13 * L);
    c13b.intoArray(c, co + 13 * L + cv);
  }

  static void tile12x2(Operands o, int depth, int first, int ao, int wo, int so, int co) {
    float[] a = o.a;
    int[] offsets = o.offsets;
    float[] w = o.w;
    float[] s = o.start;
    int sp = o.startPixel;
    int sv = o.startBlock;
    FloatVector c0a = FloatVector.fromArray(S, s, so);
    FloatVector c0b = FloatVector.fromArray(S, s, so + sv);
    FloatVector c1a = FloatVector.fromArray(S, s, so + sp);
    FloatVector c1b = FloatVector.fromArray(S, s, so + sp + sv);
    FloatVector c2a = FloatVector.fromArray(S, s, so + 2 * sp);
    FloatVector c2b = FloatVector.fromArray(S, s, so + 2 * sp + sv);
    FloatVector c3a = FloatVector.fromArray(S, s, so + 3 * sp);
    FloatVector c3b = FloatVector.fromArray(S, s, so + 3 * sp + sv);
    FloatVector c4a = FloatVector.fromArray(S, s, so + 4 * sp);
    FloatVector c4b = FloatVector.fromArray(S, s, so + 4 * sp + sv);
    FloatVector c5a = FloatVector.fromArray(S, s, so + 5 * sp);
    FloatVector c5b = FloatVector.fromArray(S, s, so + 5 * sp + sv);
    FloatVector c6a = FloatVector.fromArray(S, s, so + 6 * sp);
    FloatVector c6b = FloatVector.fromArray(S, s, so + 6 * sp + sv);
    FloatVector c7a = FloatVector.fromArray(S, s, so + 7 * sp);
    FloatVector c7b = FloatVector.fromArray(S, s, so + 7 * sp + sv);
    FloatVector c8a = FloatVector.fromArray(S, s, so + 8 * sp);
    FloatVector c8b = FloatVector.fromArray(S, s, so + 8 * sp + sv);
    FloatVector c9a = FloatVector.fromArray(S, s, so + 9 * sp);
    FloatVector c9b = FloatVector.fromArray(S, s, so + 9 * sp + sv);
    FloatVector c10a = FloatVector.fromArray(S, s, so + 10 * sp);
    FloatVector c10b = FloatVector.fromArray(S, s, so + 10 * sp + sv);
    FloatVector c11a = FloatVector.fromArray(S, s, so + 11 * sp);
    FloatVector c11b = FloatVector.fromArray(S, s, so + 11 * sp + sv);
    for (int k = 0; k < depth; k++) {
      int i = ao + offsets[first + k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + 2 * L * k);
      FloatVector wb = FloatVector.fromArray(S, w, wo + 2 * L * k + L);
      FloatVector x = FloatVector.broadcast(S, a[i]);
      c0a = x.fma(wa, c0a);
      c0b = x.fma(wb, c0b);
      x = FloatVector.broadcast(S, a[i + L]);
      c1a = x.fma(wa, c1a);
      c1b = x.fma(wb, c1b);
      x = FloatVector.broadcast(S, a[i + 2 * L]);
      c2a = x.fma(wa, c2a);
      c2b = x.fma(wb, c2b);
      x = FloatVector.broadcast(S, a[i + 3 * L]);
      c3a = x.fma(wa, c3a);
      c3b = x.fma(wb, c3b);
      x = FloatVector.broadcast(S, a[i + 4 * L]);
      c4a = x.fma(wa, c4a);
      c4b = x.fma(wb, c4b);
      x = FloatVector.broadcast(S, a[i + 5 * L]);
      c5a = x.fma(wa, c5a);
      c5b = x.fma(wb, c5b);
      x = FloatVector.broadcast(S, a[i + 6 * L]);
      c6a = x.fma(wa, c6a);
      c6b = x.fma(wb, c6b);
      x = FloatVector.broadcast(S, a[i + 7 * L]);
      c7a = x.fma(wa, c7a);
      c7b = x.fma(wb, c7b);
      x = FloatVector.broadcast(S, a[i + 8 * L]);
      c8a = x.fma(wa, c8a);
      c8b = x.fma(wb, c8b);
      x = FloatVector.broadcast(S, a[i + 9 * L]);
      c9a = x.fma(wa, c9a);
      c9b = x.fma(wb, c9b);
      x = FloatVector.broadcast(S, a[i + 10 * L]);
      c10a = x.fma(wa, c10a);
      c10b = x.fma(wb, c10b);
      x = FloatVector.broadcast(S, a[i + 11 * L]);
      c11a = x.fma(wa, c11a);
      c11b = x.fma(wb, c11b);
    }
    float[] c = o.c;
    int cv = o.blockStep;
    c0a.intoArray(c, co);
    c0b.intoArray(c, co + cv);
    c1a.intoArray(c, co + L);
    c1b.intoArray(c, co + L + cv);
    c2a.intoArray(c, co + 2 * L);
    c2b.intoArray(c, co + 2 * L + cv);
    c3a.intoArray(c, co + 3 * L);
    c3b.intoArray(c, co + 3 * L + cv);
    c4a.intoArray(c, co + 4 * L);
    c4b.intoArray(c, co + 4 * L + cv);
    c5a.intoArray(c, co + 5 * L);
    c5b.intoArray(c, co + 5 * L + cv);
    c6a.intoArray(c, co + 6 * L);
    c6b.intoArray(c, co + 6 * L + cv);
    c7a.intoArray(c, co + 7 * L);
    c7b.intoArray(c, co + 7 * L + cv);
    c8a.intoArray(c, co + 8 * L);
    c8b.intoArray(c, co + 8 * L + cv);
    c9a.intoArray(c, co + 9 * L);
    c9b.intoArray(c, co + 9 * L + cv);
    c10a.intoArray(c, co + 10 * L);
    c10b.intoArray(c, co + 10 * L + cv);
    c11a.intoArray(c, co + 11 * L);
    c11b.intoArray(c, co + 11 * L + cv);
  }

  static void tile10x2(Operands o, int depth, int first, int ao, int wo, int so, int co) {
    float[] a = o.a;
    int[] offsets = o.offsets;
    float[] w = o.w;
    float[] s = o.start;
    int sp = o.startPixel;
    int sv = o.startBlock;
    FloatVector c0a = FloatVector.fromArray(S, s, so);
    FloatVector c0b = FloatVector.fromArray(S, s, so + sv);
    FloatVector c1a = FloatVector.fromArray(S, s, so + sp);
    FloatVector c1b = FloatVector.fromArray(S, s, so + sp + sv);
    FloatVector c2a = FloatVector.fromArray(S, s, so + 2 * sp);
    FloatVector c2b = FloatVector.fromArray(S, s, so + 2 * sp + sv);
    FloatVector c3a = FloatVector.fromArray(S, s, so + 3 * sp);
    FloatVector c3b = FloatVector.fromArray(S, s, so + 3 * sp + sv);
    FloatVector c4a = FloatVector.fromArray(S, s, so + 4 * sp);
    FloatVector c4b = FloatVector.fromArray(S, s, so + 4 * sp + sv);
    FloatVector c5a = FloatVector.fromArray(S, s, so + 5 * sp);
    FloatVector c5b = FloatVector.fromArray(S, s, so + 5 * sp + sv);
    FloatVector c6a = FloatVector.fromArray(S, s, so + 6 * sp);
    FloatVector c6b = FloatVector.fromArray(S, s, so + 6 * sp + sv);
    FloatVector c7a = FloatVector.fromArray(S, s, so + 7 * sp);
    FloatVector c7b = FloatVector.fromArray(S, s, so + 7 * sp + sv);
    FloatVector c8a = FloatVector.fromArray(S, s, so + 8 * sp);
    FloatVector c8b = FloatVector.fromArray(S, s, so + 8 * sp + sv);
    FloatVector c9a = FloatVector.fromArray(S, s, so + 9 * sp);
    FloatVector c9b = FloatVector.fromArray(S, s, so + 9 * sp + sv);
    for (int k = 0; k < depth; k++) {
      int i = ao + offsets[first + k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + 2 * L * k);
      FloatVector wb = FloatVector.fromArray(S, w, wo + 2 * L * k + L);
      FloatVector x = FloatVector.broadcast(S, a[i]);
      c0a = x.fma(wa, c0a);
      c0b = x.fma(wb, c0b);
      x = FloatVector.broadcast(S, a[i + L]);
      c1a = x.fma(wa, c1a);
      c1b = x.fma(wb, c1b);
      x = FloatVector.broadcast(S, a[i + 2 * L]);
      c2a = x.fma(wa, c2a);
      c2b = x.fma(wb, c2b);
      x = FloatVector.broadcast(S, a[i + 3 * L]);
      c3a = x.fma(wa, c3a);
      c3b = x.fma(wb, c3b);
      x = FloatVector.broadcast(S, a[i + 4 * L]);
      c4a = x.fma(wa, c4a);
      c4b = x.fma(wb, c4b);
      x = FloatVector.broadcast(S, a[i + 5 * L]);
      c5a = x.fma(wa, c5a);
      c5b = x.fma(wb, c5b);
      x = FloatVector.broadcast(S, a[i + 6 * L]);
      c6a = x.fma(wa, c6a);
      c6b = x.fma(wb, c6b);
      x = FloatVector.broadcast(S, a[i + 7 * L]);
      c7a = x.fma(wa, c7a);
      c7b = x.fma(wb, c7b);
      x = FloatVector.broadcast(S, a[i + 8 * L]);
      c8a = x.fma(wa, c8a);
      c8b = x.fma(wb, c8b);
      x = FloatVector.broadcast(S, a[i + 9 * L]);
      c9a = x.fma(wa, c9a);
      c9b = x.fma(wb, c9b);
    }
    float[] c = o.c;
    int cv = o.blockStep;
    c0a.intoArray(c, co);
    c0b.intoArray(c, co + cv);
    c1a.intoArray(c, co + L);
    c1b.intoArray(c, co + L + cv);
    c2a.intoArray(c, co + 2 * L);
    c2b.intoArray(c, co + 2 * L + cv);
    c3a.intoArray(c, co + 3 * L);
    c3b.intoArray(c, co + 3 * L + cv);
    c4a.intoArray(c, co + 4 * L);
    c4b.intoArray(c, co + 4 * L + cv);
    c5a.intoArray(c, co + 5 * L);
    c5b.intoArray(c, co + 5 * L + cv);
    c6a.intoArray(c, co + 6 * L);
    c6b.intoArray(c, co + 6 * L + cv);
    c7a.intoArray(c, co + 7 * L);
    c7b.intoArray(c, co + 7 * L + cv);
    c8a.intoArray(c, co + 8 * L);
    c8b.intoArray(c, co + 8 * L + cv);
    c9a.intoArray(c, co + 9 * L);
    c9b.intoArray(c, co + 9 * L + cv);
  }

  static void tile8x2(Operands o, int depth, int first, int ao, int wo, int so, int co) {
    float[] a = o.a;
    int[] offsets = o.offsets;
    float[] w = o.w;
    float[] s = o.start;
    int sp = o.startPixel;
    int sv = o.startBlock;
    FloatVector c0a = FloatVector.fromArray(S, s, so);
    FloatVector c0b = FloatVector.fromArray(S, s, so + sv);
    FloatVector c1a = FloatVector.fromArray(S, s, so + sp);
    FloatVector c1b = FloatVector.fromArray(S, s, so + sp + sv);
    FloatVector c2a = FloatVector.fromArray(S, s, so + 2 * sp);
    FloatVector c2b = FloatVector.fromArray(S, s, so + 2 * sp + sv);
    FloatVector c3a = FloatVector.fromArray(S, s, so + 3 * sp);
    FloatVector c3b = FloatVector.fromArray(S, s, so + 3 * sp + sv);
    FloatVector c4a = FloatVector.fromArray(S, s, so + 4 * sp);
    FloatVector c4b = FloatVector.fromArray(S, s, so + 4 * sp + sv);
    FloatVector c5a = FloatVector.fromArray(S, s, so + 5 * sp);
    FloatVector c5b = FloatVector.fromArray(S, s, so + 5 * sp + sv);
    FloatVector c6a = FloatVector.fromArray(S, s, so + 6 * sp);
    FloatVector c6b = FloatVector.fromArray(S, s, so + 6 * sp + sv);
    FloatVector c7a = FloatVector.fromArray(S, s, so + 7 * sp);
    FloatVector c7b = FloatVector.fromArray(S, s, so + 7 * sp + sv);
    for (int k = 0; k < depth; k++) {
      int i = ao + offsets[first + k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + 2 * L * k);
      FloatVector wb = FloatVector.fromArray(S, w, wo + 2 * L * k + L);
      FloatVector x = FloatVector.broadcast(S, a[i]);
      c0a = x.fma(wa, c0a);
      c0b = x.fma(wb, c0b);
      x = FloatVector.broadcast(S, a[i + L]);
      c1a = x.fma(wa, c1a);
      c1b = x.fma(wb, c1b);
      x = FloatVector.broadcast(S, a[i + 2 * L]);
      c2a = x.fma(wa, c2a);
      c2b = x.fma(wb, c2b);
      x = FloatVector.broadcast(S, a[i + 3 * L]);
      c3a = x.fma(wa, c3a);
      c3b = x.fma(wb, c3b);
      x = FloatVector.broadcast(S, a[i + 4 * L]);
      c4a = x.fma(wa, c4a);
      c4b = x.fma(wb, c4b);
      x = FloatVector.broadcast(S, a[i + 5 * L]);
      c5a = x.fma(wa, c5a);
      c5b = x.fma(wb, c5b);
      x = FloatVector.broadcast(S, a[i + 6 * L]);
      c6a = x.fma(wa, c6a);
      c6b = x.fma(wb, c6b);
      x = FloatVector.broadcast(S, a[i + 7 * L]);
      c7a = x.fma(wa, c7a);
      c7b = x.fma(wb, c7b);
    }
    float[] c = o.c;
    int cv = o.blockStep;
    c0a.intoArray(c, co);
    c0b.intoArray(c, co + cv);
    c1a.intoArray(c, co + L);
    c1b.intoArray(c, co + L + cv);
    c2a.intoArray(c, co + 2 * L);
    c2b.intoArray(c, co + 2 * L + cv);
    c3a.intoArray(c, co + 3 * L);
    c3b.intoArray(c, co + 3 * L + cv);
    c4a.intoArray(c, co + 4 * L);
    c4b.intoArray(c, co + 4 * L + cv);
    c5a.intoArray(c, co + 5 * L);
    c5b.intoArray(c, co + 5 * L + cv);
    c6a.intoArray(c, co + 6 * L);
    c6b.intoArray(c, co + 6 * L + cv);
    c7a.intoArray(c, co + 7 * L);
    c7b.intoArray(c, co + 7 * L + cv);
  }

  static void tile7x2(Operands o, int depth, int first, int ao, int wo, int so, int co) {
    float[] a = o.a;
    int[] offsets = o.offsets;
    float[] w = o.w;
    float[] s = o.start;
    int sp = o.startPixel;
    int sv = o.startBlock;
    FloatVector c0a = FloatVector.fromArray(S, s, so);
    FloatVector c0b = FloatVector.fromArray(S, s, so + sv);
    FloatVector c1a = FloatVector.fromArray(S, s, so + sp);
    FloatVector c1b = FloatVector.fromArray(S, s, so + sp + sv);
    FloatVector c2a = FloatVector.fromArray(S, s, so + 2 * sp);
    FloatVector c2b = FloatVector.fromArray(S, s, so + 2 * sp + sv);
    FloatVector c3a = FloatVector.fromArray(S, s, so + 3 * sp);
    FloatVector c3b = FloatVector.fromArray(S, s, so + 3 * sp + sv);
    FloatVector c4a = FloatVector.fromArray(S, s, so + 4 * sp);
    FloatVector c4b = FloatVector.fromArray(S, s, so + 4 * sp + sv);
    FloatVector c5a = FloatVector.fromArray(S, s, so + 5 * sp);
    FloatVector c5b = FloatVector.fromArray(S, s, so + 5 * sp + sv);
    FloatVector c6a = FloatVector.fromArray(S, s, so + 6 * sp);
    FloatVector c6b = FloatVector.fromArray(S, s, so + 6 * sp + sv);
    for (int k = 0; k < depth; k++) {
      int i = ao + offsets[first + k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + 2 * L * k);
      FloatVector wb = FloatVector.fromArray(S, w, wo + 2 * L * k + L);
      FloatVector x = FloatVector.broadcast(S, a[i]);
      c0a = x.fma(wa, c0a);
      c0b = x.fma(wb, c0b);
      x = FloatVector.broadcast(S, a[i + L]);
      c1a = x.fma(wa, c1a);
      c1b = x.fma(wb, c1b);
      x = FloatVector.broadcast(S, a[i + 2 * L]);
      c2a = x.fma(wa, c2a);
      c2b = x.fma(wb, c2b);
      x = FloatVector.broadcast(S, a[i + 3 * L]);
      c3a = x.fma(wa, c3a);
      c3b = x.fma(wb, c3b);
      x = FloatVector.broadcast(S, a[i + 4 * L]);
      c4a = x.fma(wa, c4a);
      c4b = x.fma(wb, c4b);
      x = FloatVector.broadcast(S, a[i + 5 * L]);
      c5a = x.fma(wa, c5a);
      c5b = x.fma(wb, c5b);
      x = FloatVector.broadcast(S, a[i + 6 * L]);
      c6a = x.fma(wa, c6a);
      c6b = x.fma(wb, c6b);
    }
    float[] c = o.c;
    int cv = o.blockStep;
    c0a.intoArray(c, co);
    c0b.intoArray(c, co + cv);
    c1a.intoArray(c, co + L);
    c1b.intoArray(c, co + L + cv);
    c2a.intoArray(c, co + 2 * L);
    c2b.intoArray(c, co + 2 * L + cv);
    c3a.intoArray(c, co + 3 * L);
    c3b.intoArray(c, co + 3 * L + cv);
    c4a.intoArray(c, co + 4 * L);
    c4b.intoArray(c, co + 4 * L + cv);
    c5a.intoArray(c, co + 5 * L);
    c5b.intoArray(c, co + 5 * L + cv);
    c6a.intoArray(c, co + 6 * L);
    c6b.intoArray(c, co + 6 * L + cv);
  }

  static void tile6x2(Operands o, int depth, int first, int ao, int wo, int so, int co) {
    float[] a = o.a;
    int[] offsets = o.offsets;
    float[] w = o.w;
    float[] s = o.start;
    int sp = o.startPixel;
    int sv = o.startBlock;
    FloatVector c0a = FloatVector.fromArray(S, s, so);
    FloatVector c0b = FloatVector.fromArray(S, s, so + sv);
    FloatVector c1a = FloatVector.fromArray(S, s, so + sp);
    FloatVector c1b = FloatVector.fromArray(S, s, so + sp + sv);
    FloatVector c2a = FloatVector.fromArray(S, s, so + 2 * sp);
    FloatVector c2b = FloatVector.fromArray(S, s, so + 2 * sp + sv);
    FloatVector c3a = FloatVector.fromArray(S, s, so + 3 * sp);
    FloatVector c3b = FloatVector.fromArray(S, s, so + 3 * sp + sv);
    FloatVector c4a = FloatVector.fromArray(S, s, so + 4 * sp);
    FloatVector c4b = FloatVector.fromArray(S, s, so + 4 * sp + sv);
    FloatVector c5a = FloatVector.fromArray(S, s, so + 5 * sp);
    FloatVector c5b = FloatVector.fromArray(S, s, so + 5 * sp + sv);
    for (int k = 0; k < depth; k++) {
      int i = ao + offsets[first + k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + 2 * L * k);
      FloatVector wb = FloatVector.fromArray(S, w, wo + 2 * L * k + L);
      FloatVector x = FloatVector.broadcast(S, a[i]);
      c0a = x.fma(wa, c0a);
      c0b = x.fma(wb, c0b);
      x = FloatVector.broadcast(S, a[i + L]);
      c1a = x.fma(wa, c1a);
      c1b = x.fma(wb, c1b);
      x = FloatVector.broadcast(S, a[i + 2 * L]);
      c2a = x.fma(wa, c2a);
      c2b = x.fma(wb, c2b);
      x = FloatVector.broadcast(S, a[i + 3 * L]);
      c3a = x.fma(wa, c3a);
      c3b = x.fma(wb, c3b);
      x = FloatVector.broadcast(S, a[i + 4 * L]);
      c4a = x.fma(wa, c4a);
      c4b = x.fma(wb, c4b);
      x = FloatVector.broadcast(S, a[i + 5 * L]);
      c5a = x.fma(wa, c5a);
      c5b = x.fma(wb, c5b);
    }
    float[] c = o.c;
    int cv = o.blockStep;
    c0a.intoArray(c, co);
    c0b.intoArray(c, co + cv);
    c1a.intoArray(c, co + L);
    c1b.intoArray(c, co + L + cv);
    c2a.intoArray(c, co + 2 * L);
    c2b.intoArray(c, co + 2 * L + cv);
    c3a.intoArray(c, co + 3 * L);
    c3b.intoArray(c, co + 3 * L + cv);
    c4a.intoArray(c, co + 4 * L);
    c4b.intoArray(c, co + 4 * L + cv);
    c5a.intoArray(c, co + 5 * L);
    c5b.intoArray(c, co + 5 * L + cv);
  }

  static void tile4x2(Operands o, int depth, int first, int ao, int wo, int so, int co) {
    float[] a = o.a;
    int[] offsets = o.offsets;
    float[] w = o.w;
    float[] s = o.start;
    int sp = o.startPixel;
    int sv = o.startBlock;
    FloatVector c0a = FloatVector.fromArray(S, s, so);
    FloatVector c0b = FloatVector.fromArray(S, s, so + sv);
    FloatVector c1a = FloatVector.fromArray(S, s, so + sp);
    FloatVector c1b = FloatVector.fromArray(S, s, so + sp + sv);
    FloatVector c2a = FloatVector.fromArray(S, s, so + 2 * sp);
    FloatVector c2b = FloatVector.fromArray(S, s, so + 2 * sp + sv);
    FloatVector c3a = FloatVector.fromArray(S, s, so + 3 * sp);
    FloatVector c3b = FloatVector.fromArray(S, s, so + 3 * sp + sv);
    for (int k = 0; k < depth; k++) {
      int i = ao + offsets[first + k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + 2 * L * k);
      FloatVector wb = FloatVector.fromArray(S, w, wo + 2 * L * k + L);
      FloatVector x = FloatVector.broadcast(S, a[i]);
      c0a = x.fma(wa, c0a);
      c0b = x.fma(wb, c0b);
      x = FloatVector.broadcast(S, a[i + L]);
      c1a = x.fma(wa, c1a);
      c1b = x.fma(wb, c1b);
      x = FloatVector.broadcast(S, a[i + 2 * L]);
      c2a = x.fma(wa, c2a);
      c2b = x.fma(wb, c2b);
      x = FloatVector.broadcast(S, a[i + 3 * L]);
      c3a = x.fma(wa, c3a);
      c3b = x.fma(wb, c3b);
    }
    float[] c = o.c;
    int cv = o.blockStep;
    c0a.intoArray(c, co);
    c0b.intoArray(c, co + cv);
    c1a.intoArray(c, co + L);
    c1b.intoArray(c, co + L + cv);
    c2a.intoArray(c, co + 2 * L);
    c2b.intoArray(c, co + 2 * L + cv);
    c3a.intoArray(c, co + 3 * L);
    c3b.intoArray(c, co + 3 * L + cv);
  }

  static void tile2x2(Operands o, int depth, int first, int ao, int wo, int so, int co) {
    float[] a = o.a;
    int[] offsets = o.offsets;
    float[] w = o.w;
    float[] s = o.start;
    int sp = o.startPixel;
    int sv = o.startBlock;
    FloatVector c0a = FloatVector.fromArray(S, s, so);
    FloatVector c0b = FloatVector.fromArray(S, s, so + sv);
    FloatVector c1a = FloatVector.fromArray(S, s, so + sp);
    FloatVector c1b = FloatVector.fromArray(S, s, so + sp + sv);
    for (int k = 0; k < depth; k++) {
      int i = ao + offsets[first + k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + 2 * L * k);
      FloatVector wb = FloatVector.fromArray(S, w, wo + 2 * L * k + L);
      FloatVector x = FloatVector.broadcast(S, a[i]);
      c0a = x.fma(wa, c0a);
      c0b = x.fma(wb, c0b);
      x = FloatVector.broadcast(S, a[i + L]);
      c1a = x.fma(wa, c1a);
      c1b = x.fma(wb, c1b);
    }
    float[] c = o.c;
    int cv = o.blockStep;
    c0a.intoArray(c, co);
    c0b.intoArray(c, co + cv);
    c1a.intoArray(c, co + L);
    c1b.intoArray(c, co + L + cv);
  }

  static void tile1x2(Operands o, int depth, int first, int ao, int wo, int so, int co) {
    float[] a = o.a;
    int[] offsets = o.offsets;
    float[] w = o.w;
    float[] s = o.start;
    int sp = o.startPixel;
    int sv = o.startBlock;
    FloatVector c0a = FloatVector.fromArray(S, s, so);
    FloatVector c0b = FloatVector.fromArray(S, s, so + sv);
    for (int k = 0; k < depth; k++) {
      int i = ao + offsets[first + k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + 2 * L * k);
      FloatVector wb = FloatVector.fromArray(S, w, wo + 2 * L * k + L);
      FloatVector x = FloatVector.broadcast(S, a[i]);
      c0a = x.fma(wa, c0a);
      c0b = x.fma(wb, c0b);
    }
    float[] c = o.c;
    int cv = o.blockStep;
    c0a.intoArray(c, co);
    c0b.intoArray(c, co + cv);
  }

  static void tile12x1(Operands o, int depth, int first, int ao, int wo, int so, int co) {
    float[] a = o.a;
    int[] offsets = o.offsets;
    float[] w = o.w;
    float[] s = o.start;
    int sp = o.startPixel;
    FloatVector c0 = FloatVector.fromArray(S, s, so);
    FloatVector c1 = FloatVector.fromArray(S, s, so + sp);
    FloatVector c2 = FloatVector.fromArray(S, s, so + 2 * sp);
    FloatVector c3 = FloatVector.fromArray(S, s, so + 3 * sp);
    FloatVector c4 = FloatVector.fromArray(S, s, so + 4 * sp);
    FloatVector c5 = FloatVector.fromArray(S, s, so + 5 * sp);
    FloatVector c6 = FloatVector.fromArray(S, s, so + 6 * sp);
    FloatVector c7 = FloatVector.fromArray(S, s, so + 7 * sp);
    FloatVector c8 = FloatVector.fromArray(S, s, so + 8 * sp);
    FloatVector c9 = FloatVector.fromArray(S, s, so + 9 * sp);
    FloatVector c10 = FloatVector.fromArray(S, s, so + 10 * sp);
    FloatVector c11 = FloatVector.fromArray(S, s, so + 11 * sp);
    for (int k = 0; k < depth; k++) {
      int i = ao + offsets[first + k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + L * k);
      c0 = FloatVector.broadcast(S, a[i]).fma(wa, c0);
      c1 = FloatVector.broadcast(S, a[i + L]).fma(wa, c1);
      c2 = FloatVector.broadcast(S, a[i + 2 * L]).fma(wa, c2);
      c3 = FloatVector.broadcast(S, a[i + 3 * L]).fma(wa, c3);
      c4 = FloatVector.broadcast(S, a[i + 4 * L]).fma(wa, c4);
      c5 = FloatVector.broadcast(S, a[i + 5 * L]).fma(wa, c5);
      c6 = FloatVector.broadcast(S, a[i + 6 * L]).fma(wa, c6);
      c7 = FloatVector.broadcast(S, a[i + 7 * L]).fma(wa, c7);
      c8 = FloatVector.broadcast(S, a[i + 8 * L]).fma(wa, c8);
      c9 = FloatVector.broadcast(S, a[i + 9 * L]).fma(wa, c9);
      c10 = FloatVector.broadcast(S, a[i + 10 * L]).fma(wa, c10);
      c11 = FloatVector.broadcast(S, a[i + 11 * L]).fma(wa, c11);
    }
    float[] c = o.c;
    c0.intoArray(c, co);
    c1.intoArray(c, co + L);
    c2.intoArray(c, co + 2 * L);
    c3.intoArray(c, co + 3 * L);
    c4.intoArray(c, co + 4 * L);
    c5.intoArray(c, co + 5 * L);
    c6.intoArray(c, co + 6 * L);
    c7.intoArray(c, co + 7 * L);
    c8.intoArray(c, co + 8 * L);
    c9.intoArray(c, co + 9 * L);
    c10.intoArray(c, co + 10 * L);
    c11.intoArray(c, co + 11 * L);
  }

  static void tile10x1(Operands o, int depth, int first, int ao, int wo, int so, int co) {
    float[] a = o.a;
    int[] offsets = o.offsets;
    float[] w = o.w;
    float[] s = o.start;
    int sp = o.startPixel;
    FloatVector c0 = FloatVector.fromArray(S, s, so);
    FloatVector c1 = FloatVector.fromArray(S, s, so + sp);
    FloatVector c2 = FloatVector.fromArray(S, s, so + 2 * sp);
    FloatVector c3 = FloatVector.fromArray(S, s, so + 3 * sp);
    FloatVector c4 = FloatVector.fromArray(S, s, so + 4 * sp);
    FloatVector c5 = FloatVector.fromArray(S, s, so + 5 * sp);
    FloatVector c6 = FloatVector.fromArray(S, s, so + 6 * sp);
    FloatVector c7 = FloatVector.fromArray(S, s, so + 7 * sp);
    FloatVector c8 = FloatVector.fromArray(S, s, so + 8 * sp);
    FloatVector c9 = FloatVector.fromArray(S, s, so + 9 * sp);
    for (int k = 0; k < depth; k++) {
      int i = ao + offsets[first + k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + L * k);
      c0 = FloatVector.broadcast(S, a[i]).fma(wa, c0);
      c1 = FloatVector.broadcast(S, a[i + L]).fma(wa, c1);
      c2 = FloatVector.broadcast(S, a[i + 2 * L]).fma(wa, c2);
      c3 = FloatVector.broadcast(S, a[i + 3 * L]).fma(wa, c3);
      c4 = FloatVector.broadcast(S, a[i + 4 * L]).fma(wa, c4);
      c5 = FloatVector.broadcast(S, a[i + 5 * L]).fma(wa, c5);
      c6 = FloatVector.broadcast(S, a[i + 6 * L]).fma(wa, c6);
      c7 = FloatVector.broadcast(S, a[i + 7 * L]).fma(wa, c7);
      c8 = FloatVector.broadcast(S, a[i + 8 * L]).fma(wa, c8);
      c9 = FloatVector.broadcast(S, a[i + 9 * L]).fma(wa, c9);
    }
    float[] c = o.c;
    c0.intoArray(c, co);
    c1.intoArray(c, co + L);
    c2.intoArray(c, co + 2 * L);
    c3.intoArray(c, co + 3 * L);
    c4.intoArray(c, co + 4 * L);
    c5.intoArray(c, co + 5 * L);
    c6.intoArray(c, co + 6 * L);
    c7.intoArray(c, co + 7 * L);
    c8.intoArray(c, co + 8 * L);
    c9.intoArray(c, co + 9 * L);
  }

  static void tile8x1(Operands o, int depth, int first, int ao, int wo, int so, int co) {
    float[] a = o.a;
    int[] offsets = o.offsets;
    float[] w = o.w;
    float[] s = o.start;
    int sp = o.startPixel;
    FloatVector c0 = FloatVector.fromArray(S, s, so);
    FloatVector c1 = FloatVector.fromArray(S, s, so + sp);
    FloatVector c2 = FloatVector.fromArray(S, s, so + 2 * sp);
    FloatVector c3 = FloatVector.fromArray(S, s, so + 3 * sp);
    FloatVector c4 = FloatVector.fromArray(S, s, so + 4 * sp);
    FloatVector c5 = FloatVector.fromArray(S, s, so + 5 * sp);
    FloatVector c6 = FloatVector.fromArray(S, s, so + 6 * sp);
    FloatVector c7 = FloatVector.fromArray(S, s, so + 7 * sp);
    for (int k = 0; k < depth; k++) {
      int i = ao + offsets[first + k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + L * k);
      c0 = FloatVector.broadcast(S, a[i]).fma(wa, c0);
      c1 = FloatVector.broadcast(S, a[i + L]).fma(wa, c1);
      c2 = FloatVector.broadcast(S, a[i + 2 * L]).fma(wa, c2);
      c3 = FloatVector.broadcast(S, a[i + 3 * L]).fma(wa, c3);
      c4 = FloatVector.broadcast(S, a[i + 4 * L]).fma(wa, c4);
      c5 = FloatVector.broadcast(S, a[i + 5 * L]).fma(wa, c5);
      c6 = FloatVector.broadcast(S, a[i + 6 * L]).fma(wa, c6);
      c7 = FloatVector.broadcast(S, a[i + 7 * L]).fma(wa, c7);
    }
    float[] c = o.c;
    c0.intoArray(c, co);
    c1.intoArray(c, co + L);
    c2.intoArray(c, co + 2 * L);
    c3.intoArray(c, co + 3 * L);
    c4.intoArray(c, co + 4 * L);
    c5.intoArray(c, co + 5 * L);
    c6.intoArray(c, co + 6 * L);
    c7.intoArray(c, co + 7 * L);
  }

  static void tile7x1(Operands o, int depth, int first, int ao, int wo, int so, int co) {
    float[] a = o.a;
    int[] offsets = o.offsets;
    float[] w = o.w;
    float[] s = o.start;
    int sp = o.startPixel;
    FloatVector c0 = FloatVector.fromArray(S, s, so);
    FloatVector c1 = FloatVector.fromArray(S, s, so + sp);
    FloatVector c2 = FloatVector.fromArray(S, s, so + 2 * sp);
    FloatVector c3 = FloatVector.fromArray(S, s, so + 3 * sp);
    FloatVector c4 = FloatVector.fromArray(S, s, so + 4 * sp);
    FloatVector c5 = FloatVector.fromArray(S, s, so + 5 * sp);
    FloatVector c6 = FloatVector.fromArray(S, s, so + 6 * sp);
    for (int k = 0; k < depth; k++) {
      int i = ao + offsets[first + k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + L * k);
      c0 = FloatVector.broadcast(S, a[i]).fma(wa, c0);
      c1 = FloatVector.broadcast(S, a[i + L]).fma(wa, c1);
      c2 = FloatVector.broadcast(S, a[i + 2 * L]).fma(wa, c2);
      c3 = FloatVector.broadcast(S, a[i + 3 * L]).fma(wa, c3);
      c4 = FloatVector.broadcast(S, a[i + 4 * L]).fma(wa, c4);
      c5 = FloatVector.broadcast(S, a[i + 5 * L]).fma(wa, c5);
      c6 = FloatVector.broadcast(S, a[i + 6 * L]).fma(wa, c6);
    }
    float[] c = o.c;
    c0.intoArray(c, co);
    c1.intoArray(c, co + L);
    c2.intoArray(c, co + 2 * L);
    c3.intoArray(c, co + 3 * L);
    c4.intoArray(c, co + 4 * L);
    c5.intoArray(c, co + 5 * L);
    c6.intoArray(c, co + 6 * L);
  }

  static void tile6x1(Operands o, int depth, int first, int ao, int wo, int so, int co) {
    float[] a = o.a;
    int[] offsets = o.offsets;
    float[] w = o.w;
    float[] s = o.start;
    int sp = o.startPixel;
    FloatVector c0 = FloatVector.fromArray(S, s, so);
    FloatVector c1 = FloatVector.fromArray(S, s, so + sp);
    FloatVector c2 = FloatVector.fromArray(S, s, so + 2 * sp);
    FloatVector c3 = FloatVector.fromArray(S, s, so + 3 * sp);
    FloatVector c4 = FloatVector.fromArray(S, s, so + 4 * sp);
    FloatVector c5 = FloatVector.fromArray(S, s, so + 5 * sp);
    for (int k = 0; k < depth; k++) {
      int i = ao + offsets[first + k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + L * k);
      c0 = FloatVector.broadcast(S, a[i]).fma(wa, c0);
      c1 = FloatVector.broadcast(S, a[i + L]).fma(wa, c1);
      c2 = FloatVector.broadcast(S, a[i + 2 * L]).fma(wa, c2);
      c3 = FloatVector.broadcast(S, a[i + 3 * L]).fma(wa, c3);
      c4 = FloatVector.broadcast(S, a[i + 4 * L]).fma(wa, c4);
      c5 = FloatVector.broadcast(S, a[i + 5 * L]).fma(wa, c5);
    }
    float[] c = o.c;
    c0.intoArray(c, co);
    c1.intoArray(c, co + L);
    c2.intoArray(c, co + 2 * L);
    c3.intoArray(c, co + 3 * L);
    c4.intoArray(c, co + 4 * L);
    c5.intoArray(c, co + 5 * L);
  }

  static void tile4x1(Operands o, int depth, int first, int ao, int wo, int so, int co) {
    float[] a = o.a;
    int[] offsets = o.offsets;
    float[] w = o.w;
    float[] s = o.start;
    int sp = o.startPixel;
    FloatVector c0 = FloatVector.fromArray(S, s, so);
    FloatVector c1 = FloatVector.fromArray(S, s, so + sp);
    FloatVector c2 = FloatVector.fromArray(S, s, so + 2 * sp);
    FloatVector c3 = FloatVector.fromArray(S, s, so + 3 * sp);
    for (int k = 0; k < depth; k++) {
      int i = ao + offsets[first + k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + L * k);
      c0 = FloatVector.broadcast(S, a[i]).fma(wa, c0);
      c1 = FloatVector.broadcast(S, a[i + L]).fma(wa, c1);
      c2 = FloatVector.broadcast(S, a[i + 2 * L]).fma(wa, c2);
      c3 = FloatVector.broadcast(S, a[i + 3 * L]).fma(wa, c3);
    }
    float[] c = o.c;
    c0.intoArray(c, co);
    c1.intoArray(c, co + L);
    c2.intoArray(c, co + 2 * L);
    c3.intoArray(c, co + 3 * L);
  }

  static void tile2x1(Operands o, int depth, int first, int ao, int wo, int so, int co) {
    float[] a = o.a;
    int[] offsets = o.offsets;
    float[] w = o.w;
    float[] s = o.start;
    int sp = o.startPixel;
    FloatVector c0 = FloatVector.fromArray(S, s, so);
    FloatVector c1 = FloatVector.fromArray(S, s, so + sp);
    for (int k = 0; k < depth; k++) {
      int i = ao + offsets[first + k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + L * k);
      c0 = FloatVector.broadcast(S, a[i]).fma(wa, c0);
      c1 = FloatVector.broadcast(S, a[i + L]).fma(wa, c1);
    }
    float[] c = o.c;
    c0.intoArray(c, co);
    c1.intoArray(c, co + L);
  }

  static void tile1x1(Operands o, int depth, int first, int ao, int wo, int so, int co) {
    float[] a = o.a;
    int[] offsets = o.offsets;
    float[] w = o.w;
    float[] s = o.start;
    int sp = o.startPixel;
    FloatVector c0 = FloatVector.fromArray(S, s, so);
    for (int k = 0; k < depth; k++) {
      int i = ao + offsets[first + k];
      FloatVector wa = FloatVector.fromArray(S, w, wo + L * k);
      c0 = FloatVector.broadcast(S, a[i]).fma(wa, c0);
    }
    float[] c = o.c;
    c0.intoArray(c, co);
  }
}
