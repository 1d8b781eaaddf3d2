package dev.fovea.engine.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of 2, 4 or 6 rows with 2 vectors of columns: what 16 vector registers hold.
 *
 * <p>{@code c[co + r * pitch + j] = sum_k a[ao + r * lda + k] * b[bo + offsets[k] + j]} for {@code
 * r < R}, added to what is there if {@code add}.
 *
 * <p>Written out, since C2 keeps accumulators in registers only as local variables, in one loop
 * that is not nested. Starting from the old content, or handing vectors to a method of our own,
 * would box them: in a method of this size C2 inlines only what the JDK forces it to. Each row of
 * the left operand has an index of its own, from which C2 takes the checks out of the loop.
 */
final class ProductTiles2 {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.COUNT;

  private ProductTiles2() {}

  static void tile6x2(
      int depth,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int[] offsets,
      float[] c,
      int co,
      int pitch,
      boolean add) {
    final int a1 = ao + lda;
    final int a2 = ao + 2 * lda;
    final int a3 = ao + 3 * lda;
    final int a4 = ao + 4 * lda;
    final int a5 = ao + 5 * lda;
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c01 = FloatVector.zero(S);
    FloatVector c10 = FloatVector.zero(S);
    FloatVector c11 = FloatVector.zero(S);
    FloatVector c20 = FloatVector.zero(S);
    FloatVector c21 = FloatVector.zero(S);
    FloatVector c30 = FloatVector.zero(S);
    FloatVector c31 = FloatVector.zero(S);
    FloatVector c40 = FloatVector.zero(S);
    FloatVector c41 = FloatVector.zero(S);
    FloatVector c50 = FloatVector.zero(S);
    FloatVector c51 = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      int at = bo + offsets[k];
      FloatVector b0 = FloatVector.fromArray(S, b, at);
      FloatVector b1 = FloatVector.fromArray(S, b, at + L);
      FloatVector x = FloatVector.broadcast(S, a[ao + k]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(S, a[a1 + k]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(S, a[a2 + k]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(S, a[a3 + k]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(S, a[a4 + k]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(S, a[a5 + k]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
    }
    if (add) {
      c00.add(FloatVector.fromArray(S, c, co)).intoArray(c, co);
      c01.add(FloatVector.fromArray(S, c, co + L)).intoArray(c, co + L);
      c10.add(FloatVector.fromArray(S, c, co + pitch)).intoArray(c, co + pitch);
      c11.add(FloatVector.fromArray(S, c, co + pitch + L)).intoArray(c, co + pitch + L);
      c20.add(FloatVector.fromArray(S, c, co + 2 * pitch)).intoArray(c, co + 2 * pitch);
      c21.add(FloatVector.fromArray(S, c, co + 2 * pitch + L)).intoArray(c, co + 2 * pitch + L);
      c30.add(FloatVector.fromArray(S, c, co + 3 * pitch)).intoArray(c, co + 3 * pitch);
      c31.add(FloatVector.fromArray(S, c, co + 3 * pitch + L)).intoArray(c, co + 3 * pitch + L);
      c40.add(FloatVector.fromArray(S, c, co + 4 * pitch)).intoArray(c, co + 4 * pitch);
      c41.add(FloatVector.fromArray(S, c, co + 4 * pitch + L)).intoArray(c, co + 4 * pitch + L);
      c50.add(FloatVector.fromArray(S, c, co + 5 * pitch)).intoArray(c, co + 5 * pitch);
      c51.add(FloatVector.fromArray(S, c, co + 5 * pitch + L)).intoArray(c, co + 5 * pitch + L);
    } else {
      c00.intoArray(c, co);
      c01.intoArray(c, co + L);
      c10.intoArray(c, co + pitch);
      c11.intoArray(c, co + pitch + L);
      c20.intoArray(c, co + 2 * pitch);
      c21.intoArray(c, co + 2 * pitch + L);
      c30.intoArray(c, co + 3 * pitch);
      c31.intoArray(c, co + 3 * pitch + L);
      c40.intoArray(c, co + 4 * pitch);
      c41.intoArray(c, co + 4 * pitch + L);
      c50.intoArray(c, co + 5 * pitch);
      c51.intoArray(c, co + 5 * pitch + L);
    }
  }

  static void tile4x2(
      int depth,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int[] offsets,
      float[] c,
      int co,
      int pitch,
      boolean add) {
    final int a1 = ao + lda;
    final int a2 = ao + 2 * lda;
    final int a3 = ao + 3 * lda;
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c01 = FloatVector.zero(S);
    FloatVector c10 = FloatVector.zero(S);
    FloatVector c11 = FloatVector.zero(S);
    FloatVector c20 = FloatVector.zero(S);
    FloatVector c21 = FloatVector.zero(S);
    FloatVector c30 = FloatVector.zero(S);
    FloatVector c31 = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      int at = bo + offsets[k];
      FloatVector b0 = FloatVector.fromArray(S, b, at);
      FloatVector b1 = FloatVector.fromArray(S, b, at + L);
      FloatVector x = FloatVector.broadcast(S, a[ao + k]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(S, a[a1 + k]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(S, a[a2 + k]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(S, a[a3 + k]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
    }
    if (add) {
      c00.add(FloatVector.fromArray(S, c, co)).intoArray(c, co);
      c01.add(FloatVector.fromArray(S, c, co + L)).intoArray(c, co + L);
      c10.add(FloatVector.fromArray(S, c, co + pitch)).intoArray(c, co + pitch);
      c11.add(FloatVector.fromArray(S, c, co + pitch + L)).intoArray(c, co + pitch + L);
      c20.add(FloatVector.fromArray(S, c, co + 2 * pitch)).intoArray(c, co + 2 * pitch);
      c21.add(FloatVector.fromArray(S, c, co + 2 * pitch + L)).intoArray(c, co + 2 * pitch + L);
      c30.add(FloatVector.fromArray(S, c, co + 3 * pitch)).intoArray(c, co + 3 * pitch);
      c31.add(FloatVector.fromArray(S, c, co + 3 * pitch + L)).intoArray(c, co + 3 * pitch + L);
    } else {
      c00.intoArray(c, co);
      c01.intoArray(c, co + L);
      c10.intoArray(c, co + pitch);
      c11.intoArray(c, co + pitch + L);
      c20.intoArray(c, co + 2 * pitch);
      c21.intoArray(c, co + 2 * pitch + L);
      c30.intoArray(c, co + 3 * pitch);
      c31.intoArray(c, co + 3 * pitch + L);
    }
  }

  static void tile2x2(
      int depth,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int[] offsets,
      float[] c,
      int co,
      int pitch,
      boolean add) {
    final int a1 = ao + lda;
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c01 = FloatVector.zero(S);
    FloatVector c10 = FloatVector.zero(S);
    FloatVector c11 = FloatVector.zero(S);
    for (int k = 0; k < depth; k++) {
      int at = bo + offsets[k];
      FloatVector b0 = FloatVector.fromArray(S, b, at);
      FloatVector b1 = FloatVector.fromArray(S, b, at + L);
      FloatVector x = FloatVector.broadcast(S, a[ao + k]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(S, a[a1 + k]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
    }
    if (add) {
      c00.add(FloatVector.fromArray(S, c, co)).intoArray(c, co);
      c01.add(FloatVector.fromArray(S, c, co + L)).intoArray(c, co + L);
      c10.add(FloatVector.fromArray(S, c, co + pitch)).intoArray(c, co + pitch);
      c11.add(FloatVector.fromArray(S, c, co + pitch + L)).intoArray(c, co + pitch + L);
    } else {
      c00.intoArray(c, co);
      c01.intoArray(c, co + L);
      c10.intoArray(c, co + pitch);
      c11.intoArray(c, co + pitch + L);
    }
  }
}
