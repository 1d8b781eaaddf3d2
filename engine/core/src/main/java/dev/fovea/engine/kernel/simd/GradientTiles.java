package dev.fovea.engine.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The twins of {@link PixelTiles} for gradients by weights. A <i>quad</i> is four input channels
 * that lie side by side, under one tap of the kernel. For one or three quads, which begin at {@code
 * xa}, {@code xb}, {@code xc}, and {@code V} blocks of output channels: {@code sums[so + ((4 q + i)
 * V + v) L + lane] += sum_p x[xq + places[p] + i] * dy[dyo + (p V + v) L + lane]}, named by the
 * number of input channels and of blocks.
 *
 * <p>Written out for the reasons given in {@link ProductTiles4}. All tiles add up in the order of
 * {@code p}.
 */
final class GradientTiles {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.COUNT;

  private GradientTiles() {}

  static void tile12x2(
      int n,
      float[] x,
      int xa,
      int xb,
      int xc,
      int[] places,
      float[] dy,
      int dyo,
      float[] sums,
      int so) {
    FloatVector a0u = FloatVector.zero(S);
    FloatVector a0v = FloatVector.zero(S);
    FloatVector a1u = FloatVector.zero(S);
    FloatVector a1v = FloatVector.zero(S);
    FloatVector a2u = FloatVector.zero(S);
    FloatVector a2v = FloatVector.zero(S);
    FloatVector a3u = FloatVector.zero(S);
    FloatVector a3v = FloatVector.zero(S);
    FloatVector b0u = FloatVector.zero(S);
    FloatVector b0v = FloatVector.zero(S);
    FloatVector b1u = FloatVector.zero(S);
    FloatVector b1v = FloatVector.zero(S);
    FloatVector b2u = FloatVector.zero(S);
    FloatVector b2v = FloatVector.zero(S);
    FloatVector b3u = FloatVector.zero(S);
    FloatVector b3v = FloatVector.zero(S);
    FloatVector c0u = FloatVector.zero(S);
    FloatVector c0v = FloatVector.zero(S);
    FloatVector c1u = FloatVector.zero(S);
    FloatVector c1v = FloatVector.zero(S);
    FloatVector c2u = FloatVector.zero(S);
    FloatVector c2v = FloatVector.zero(S);
    FloatVector c3u = FloatVector.zero(S);
    FloatVector c3v = FloatVector.zero(S);
    for (int p = 0; p < n; p++) {
      FloatVector u = FloatVector.fromArray(S, dy, dyo + 2 * L * p);
      FloatVector v = FloatVector.fromArray(S, dy, dyo + 2 * L * p + L);
      int o = xa + places[p];
      FloatVector f = FloatVector.broadcast(S, x[o]);
      a0u = f.fma(u, a0u);
      a0v = f.fma(v, a0v);
      f = FloatVector.broadcast(S, x[o + 1]);
      a1u = f.fma(u, a1u);
      a1v = f.fma(v, a1v);
      f = FloatVector.broadcast(S, x[o + 2]);
      a2u = f.fma(u, a2u);
      a2v = f.fma(v, a2v);
      f = FloatVector.broadcast(S, x[o + 3]);
      a3u = f.fma(u, a3u);
      a3v = f.fma(v, a3v);
      o = xb + places[p];
      f = FloatVector.broadcast(S, x[o]);
      b0u = f.fma(u, b0u);
      b0v = f.fma(v, b0v);
      f = FloatVector.broadcast(S, x[o + 1]);
      b1u = f.fma(u, b1u);
      b1v = f.fma(v, b1v);
      f = FloatVector.broadcast(S, x[o + 2]);
      b2u = f.fma(u, b2u);
      b2v = f.fma(v, b2v);
      f = FloatVector.broadcast(S, x[o + 3]);
      b3u = f.fma(u, b3u);
      b3v = f.fma(v, b3v);
      o = xc + places[p];
      f = FloatVector.broadcast(S, x[o]);
      c0u = f.fma(u, c0u);
      c0v = f.fma(v, c0v);
      f = FloatVector.broadcast(S, x[o + 1]);
      c1u = f.fma(u, c1u);
      c1v = f.fma(v, c1v);
      f = FloatVector.broadcast(S, x[o + 2]);
      c2u = f.fma(u, c2u);
      c2v = f.fma(v, c2v);
      f = FloatVector.broadcast(S, x[o + 3]);
      c3u = f.fma(u, c3u);
      c3v = f.fma(v, c3v);
    }
    a0u.add(FloatVector.fromArray(S, sums, so)).intoArray(sums, so);
    a0v.add(FloatVector.fromArray(S, sums, so + L)).intoArray(sums, so + L);
    a1u.add(FloatVector.fromArray(S, sums, so + 2 * L)).intoArray(sums, so + 2 * L);
    a1v.add(FloatVector.fromArray(S, sums, so + 3 * L)).intoArray(sums, so + 3 * L);
    a2u.add(FloatVector.fromArray(S, sums, so + 4 * L)).intoArray(sums, so + 4 * L);
    a2v.add(FloatVector.fromArray(S, sums, so + 5 * L)).intoArray(sums, so + 5 * L);
    a3u.add(FloatVector.fromArray(S, sums, so + 6 * L)).intoArray(sums, so + 6 * L);
    a3v.add(FloatVector.fromArray(S, sums, so + 7 * L)).intoArray(sums, so + 7 * L);
    b0u.add(FloatVector.fromArray(S, sums, so + 8 * L)).intoArray(sums, so + 8 * L);
    b0v.add(FloatVector.fromArray(S, sums, so + 9 * L)).intoArray(sums, so + 9 * L);
    b1u.add(FloatVector.fromArray(S, sums, so + 10 * L)).intoArray(sums, so + 10 * L);
    b1v.add(FloatVector.fromArray(S, sums, so + 11 * L)).intoArray(sums, so + 11 * L);
    b2u.add(FloatVector.fromArray(S, sums, so + 12 * L)).intoArray(sums, so + 12 * L);
    b2v.add(FloatVector.fromArray(S, sums, so + 13 * L)).intoArray(sums, so + 13 * L);
    b3u.add(FloatVector.fromArray(S, sums, so + 14 * L)).intoArray(sums, so + 14 * L);
    b3v.add(FloatVector.fromArray(S, sums, so + 15 * L)).intoArray(sums, so + 15 * L);
    c0u.add(FloatVector.fromArray(S, sums, so + 16 * L)).intoArray(sums, so + 16 * L);
    c0v.add(FloatVector.fromArray(S, sums, so + 17 * L)).intoArray(sums, so + 17 * L);
    c1u.add(FloatVector.fromArray(S, sums, so + 18 * L)).intoArray(sums, so + 18 * L);
    c1v.add(FloatVector.fromArray(S, sums, so + 19 * L)).intoArray(sums, so + 19 * L);
    c2u.add(FloatVector.fromArray(S, sums, so + 20 * L)).intoArray(sums, so + 20 * L);
    c2v.add(FloatVector.fromArray(S, sums, so + 21 * L)).intoArray(sums, so + 21 * L);
    c3u.add(FloatVector.fromArray(S, sums, so + 22 * L)).intoArray(sums, so + 22 * L);
    c3v.add(FloatVector.fromArray(S, sums, so + 23 * L)).intoArray(sums, so + 23 * L);
  }

  static void tile4x2(
      int n, float[] x, int xa, int[] places, float[] dy, int dyo, float[] sums, int so) {
    FloatVector a0u = FloatVector.zero(S);
    FloatVector a0v = FloatVector.zero(S);
    FloatVector a1u = FloatVector.zero(S);
    FloatVector a1v = FloatVector.zero(S);
    FloatVector a2u = FloatVector.zero(S);
    FloatVector a2v = FloatVector.zero(S);
    FloatVector a3u = FloatVector.zero(S);
    FloatVector a3v = FloatVector.zero(S);
    for (int p = 0; p < n; p++) {
      FloatVector u = FloatVector.fromArray(S, dy, dyo + 2 * L * p);
      FloatVector v = FloatVector.fromArray(S, dy, dyo + 2 * L * p + L);
      int o = xa + places[p];
      FloatVector f = FloatVector.broadcast(S, x[o]);
      a0u = f.fma(u, a0u);
      a0v = f.fma(v, a0v);
      f = FloatVector.broadcast(S, x[o + 1]);
      a1u = f.fma(u, a1u);
      a1v = f.fma(v, a1v);
      f = FloatVector.broadcast(S, x[o + 2]);
      a2u = f.fma(u, a2u);
      a2v = f.fma(v, a2v);
      f = FloatVector.broadcast(S, x[o + 3]);
      a3u = f.fma(u, a3u);
      a3v = f.fma(v, a3v);
    }
    a0u.add(FloatVector.fromArray(S, sums, so)).intoArray(sums, so);
    a0v.add(FloatVector.fromArray(S, sums, so + L)).intoArray(sums, so + L);
    a1u.add(FloatVector.fromArray(S, sums, so + 2 * L)).intoArray(sums, so + 2 * L);
    a1v.add(FloatVector.fromArray(S, sums, so + 3 * L)).intoArray(sums, so + 3 * L);
    a2u.add(FloatVector.fromArray(S, sums, so + 4 * L)).intoArray(sums, so + 4 * L);
    a2v.add(FloatVector.fromArray(S, sums, so + 5 * L)).intoArray(sums, so + 5 * L);
    a3u.add(FloatVector.fromArray(S, sums, so + 6 * L)).intoArray(sums, so + 6 * L);
    a3v.add(FloatVector.fromArray(S, sums, so + 7 * L)).intoArray(sums, so + 7 * L);
  }

  static void tile12x1(
      int n,
      float[] x,
      int xa,
      int xb,
      int xc,
      int[] places,
      float[] dy,
      int dyo,
      float[] sums,
      int so) {
    FloatVector a0 = FloatVector.zero(S);
    FloatVector a1 = FloatVector.zero(S);
    FloatVector a2 = FloatVector.zero(S);
    FloatVector a3 = FloatVector.zero(S);
    FloatVector b0 = FloatVector.zero(S);
    FloatVector b1 = FloatVector.zero(S);
    FloatVector b2 = FloatVector.zero(S);
    FloatVector b3 = FloatVector.zero(S);
    FloatVector c0 = FloatVector.zero(S);
    FloatVector c1 = FloatVector.zero(S);
    FloatVector c2 = FloatVector.zero(S);
    FloatVector c3 = FloatVector.zero(S);
    for (int p = 0; p < n; p++) {
      FloatVector u = FloatVector.fromArray(S, dy, dyo + L * p);
      int o = xa + places[p];
      FloatVector f = FloatVector.broadcast(S, x[o]);
      a0 = f.fma(u, a0);
      f = FloatVector.broadcast(S, x[o + 1]);
      a1 = f.fma(u, a1);
      f = FloatVector.broadcast(S, x[o + 2]);
      a2 = f.fma(u, a2);
      f = FloatVector.broadcast(S, x[o + 3]);
      a3 = f.fma(u, a3);
      o = xb + places[p];
      f = FloatVector.broadcast(S, x[o]);
      b0 = f.fma(u, b0);
      f = FloatVector.broadcast(S, x[o + 1]);
      b1 = f.fma(u, b1);
      f = FloatVector.broadcast(S, x[o + 2]);
      b2 = f.fma(u, b2);
      f = FloatVector.broadcast(S, x[o + 3]);
      b3 = f.fma(u, b3);
      o = xc + places[p];
      f = FloatVector.broadcast(S, x[o]);
      c0 = f.fma(u, c0);
      f = FloatVector.broadcast(S, x[o + 1]);
      c1 = f.fma(u, c1);
      f = FloatVector.broadcast(S, x[o + 2]);
      c2 = f.fma(u, c2);
      f = FloatVector.broadcast(S, x[o + 3]);
      c3 = f.fma(u, c3);
    }
    a0.add(FloatVector.fromArray(S, sums, so)).intoArray(sums, so);
    a1.add(FloatVector.fromArray(S, sums, so + L)).intoArray(sums, so + L);
    a2.add(FloatVector.fromArray(S, sums, so + 2 * L)).intoArray(sums, so + 2 * L);
    a3.add(FloatVector.fromArray(S, sums, so + 3 * L)).intoArray(sums, so + 3 * L);
    b0.add(FloatVector.fromArray(S, sums, so + 4 * L)).intoArray(sums, so + 4 * L);
    b1.add(FloatVector.fromArray(S, sums, so + 5 * L)).intoArray(sums, so + 5 * L);
    b2.add(FloatVector.fromArray(S, sums, so + 6 * L)).intoArray(sums, so + 6 * L);
    b3.add(FloatVector.fromArray(S, sums, so + 7 * L)).intoArray(sums, so + 7 * L);
    c0.add(FloatVector.fromArray(S, sums, so + 8 * L)).intoArray(sums, so + 8 * L);
    c1.add(FloatVector.fromArray(S, sums, so + 9 * L)).intoArray(sums, so + 9 * L);
    c2.add(FloatVector.fromArray(S, sums, so + 10 * L)).intoArray(sums, so + 10 * L);
    c3.add(FloatVector.fromArray(S, sums, so + 11 * L)).intoArray(sums, so + 11 * L);
  }

  static void tile4x1(
      int n, float[] x, int xa, int[] places, float[] dy, int dyo, float[] sums, int so) {
    FloatVector a0 = FloatVector.zero(S);
    FloatVector a1 = FloatVector.zero(S);
    FloatVector a2 = FloatVector.zero(S);
    FloatVector a3 = FloatVector.zero(S);
    for (int p = 0; p < n; p++) {
      FloatVector u = FloatVector.fromArray(S, dy, dyo + L * p);
      int o = xa + places[p];
      FloatVector f = FloatVector.broadcast(S, x[o]);
      a0 = f.fma(u, a0);
      f = FloatVector.broadcast(S, x[o + 1]);
      a1 = f.fma(u, a1);
      f = FloatVector.broadcast(S, x[o + 2]);
      a2 = f.fma(u, a2);
      f = FloatVector.broadcast(S, x[o + 3]);
      a3 = f.fma(u, a3);
    }
    a0.add(FloatVector.fromArray(S, sums, so)).intoArray(sums, so);
    a1.add(FloatVector.fromArray(S, sums, so + L)).intoArray(sums, so + L);
    a2.add(FloatVector.fromArray(S, sums, so + 2 * L)).intoArray(sums, so + 2 * L);
    a3.add(FloatVector.fromArray(S, sums, so + 3 * L)).intoArray(sums, so + 3 * L);
  }
}
