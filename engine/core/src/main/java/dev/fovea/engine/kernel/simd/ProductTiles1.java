package dev.fovea.engine.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of 2, 4 or 6 rows with 1 vector of columns, for the last columns.
 *
 * <p>{@code c[r * pitch + j] += sum_k a[ao + R k + r] * b[bo + offsets[oo + k] + j]} for {@code r <
 * R}.
 *
 * <p>Written out, since C2 keeps accumulators in registers only as local variables, in one loop
 * that is not nested. Starting from the old content, or handing vectors to a method of our own,
 * would box them: in a method of this size C2 inlines only what the JDK forces it to.
 */
final class ProductTiles1 {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.COUNT;

  private ProductTiles1() {}

  static void tile6x1(
      int depth,
      float[] a,
      int ao,
      float[] b,
      int bo,
      int[] offsets,
      int oo,
      float[] c,
      int co,
      int pitch) {
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c10 = FloatVector.zero(S);
    FloatVector c20 = FloatVector.zero(S);
    FloatVector c30 = FloatVector.zero(S);
    FloatVector c40 = FloatVector.zero(S);
    FloatVector c50 = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      int at = bo + offsets[oo + k];
      FloatVector b0 = FloatVector.fromArray(S, b, at);
      FloatVector x = FloatVector.broadcast(S, a[ao + 6 * k]);
      c00 = x.fma(b0, c00);
      x = FloatVector.broadcast(S, a[ao + 6 * k + 1]);
      c10 = x.fma(b0, c10);
      x = FloatVector.broadcast(S, a[ao + 6 * k + 2]);
      c20 = x.fma(b0, c20);
      x = FloatVector.broadcast(S, a[ao + 6 * k + 3]);
      c30 = x.fma(b0, c30);
      x = FloatVector.broadcast(S, a[ao + 6 * k + 4]);
      c40 = x.fma(b0, c40);
      x = FloatVector.broadcast(S, a[ao + 6 * k + 5]);
      c50 = x.fma(b0, c50);
    }
    c00.add(FloatVector.fromArray(S, c, co)).intoArray(c, co);
    c10.add(FloatVector.fromArray(S, c, co + pitch)).intoArray(c, co + pitch);
    c20.add(FloatVector.fromArray(S, c, co + 2 * pitch)).intoArray(c, co + 2 * pitch);
    c30.add(FloatVector.fromArray(S, c, co + 3 * pitch)).intoArray(c, co + 3 * pitch);
    c40.add(FloatVector.fromArray(S, c, co + 4 * pitch)).intoArray(c, co + 4 * pitch);
    c50.add(FloatVector.fromArray(S, c, co + 5 * pitch)).intoArray(c, co + 5 * pitch);
  }

  static void tile4x1(
      int depth,
      float[] a,
      int ao,
      float[] b,
      int bo,
      int[] offsets,
      int oo,
      float[] c,
      int co,
      int pitch) {
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c10 = FloatVector.zero(S);
    FloatVector c20 = FloatVector.zero(S);
    FloatVector c30 = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      int at = bo + offsets[oo + k];
      FloatVector b0 = FloatVector.fromArray(S, b, at);
      FloatVector x = FloatVector.broadcast(S, a[ao + 4 * k]);
      c00 = x.fma(b0, c00);
      x = FloatVector.broadcast(S, a[ao + 4 * k + 1]);
      c10 = x.fma(b0, c10);
      x = FloatVector.broadcast(S, a[ao + 4 * k + 2]);
      c20 = x.fma(b0, c20);
      x = FloatVector.broadcast(S, a[ao + 4 * k + 3]);
      c30 = x.fma(b0, c30);
    }
    c00.add(FloatVector.fromArray(S, c, co)).intoArray(c, co);
    c10.add(FloatVector.fromArray(S, c, co + pitch)).intoArray(c, co + pitch);
    c20.add(FloatVector.fromArray(S, c, co + 2 * pitch)).intoArray(c, co + 2 * pitch);
    c30.add(FloatVector.fromArray(S, c, co + 3 * pitch)).intoArray(c, co + 3 * pitch);
  }

  static void tile2x1(
      int depth,
      float[] a,
      int ao,
      float[] b,
      int bo,
      int[] offsets,
      int oo,
      float[] c,
      int co,
      int pitch) {
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c10 = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      int at = bo + offsets[oo + k];
      FloatVector b0 = FloatVector.fromArray(S, b, at);
      FloatVector x = FloatVector.broadcast(S, a[ao + 2 * k]);
      c00 = x.fma(b0, c00);
      x = FloatVector.broadcast(S, a[ao + 2 * k + 1]);
      c10 = x.fma(b0, c10);
    }
    c00.add(FloatVector.fromArray(S, c, co)).intoArray(c, co);
    c10.add(FloatVector.fromArray(S, c, co + pitch)).intoArray(c, co + pitch);
  }
}
