package dev.fovea.engine.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of 2, 4 or 6 rows with 2 vectors of columns: what 16 vector registers hold.
 *
 * <p>{@code c[co + r * pitch + v * L + lane] = s[so + r * sp + v * sv + lane] + sum_k a[ao + r *
 * lda + k] * b[bo + offsets[k] + v * L + lane]} for {@code r < R} and vectors {@code v}; sums start
 * with what stands in {@code s}, which may be {@code c}.
 *
 * <p>Written out, since C2 keeps accumulators in registers only as local variables, in one loop
 * that is not nested. Handing vectors to a method of our own would box them: in a method of this
 * size C2 inlines only what the JDK forces it to. Nor may a method be much larger: if C1 of JDK 17
 * runs out of virtual registers after its first try, C2 never gets the method. Each row of the left
 * operand has an index of its own, from which C2 takes the checks out of the loop.
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
      float[] s,
      int so,
      int sp,
      int sv,
      float[] c,
      int co,
      int pitch) {
    final int a1 = ao + lda;
    final int a2 = ao + 2 * lda;
    final int a3 = ao + 3 * lda;
    final int a4 = ao + 4 * lda;
    final int a5 = ao + 5 * lda;
    FloatVector c00 = FloatVector.fromArray(S, s, so);
    FloatVector c01 = FloatVector.fromArray(S, s, so + sv);
    FloatVector c10 = FloatVector.fromArray(S, s, so + sp);
    FloatVector c11 = FloatVector.fromArray(S, s, so + sp + sv);
    FloatVector c20 = FloatVector.fromArray(S, s, so + 2 * sp);
    FloatVector c21 = FloatVector.fromArray(S, s, so + 2 * sp + sv);
    FloatVector c30 = FloatVector.fromArray(S, s, so + 3 * sp);
    FloatVector c31 = FloatVector.fromArray(S, s, so + 3 * sp + sv);
    FloatVector c40 = FloatVector.fromArray(S, s, so + 4 * sp);
    FloatVector c41 = FloatVector.fromArray(S, s, so + 4 * sp + sv);
    FloatVector c50 = FloatVector.fromArray(S, s, so + 5 * sp);
    FloatVector c51 = FloatVector.fromArray(S, s, so + 5 * sp + sv);
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

  static void tile4x2(
      int depth,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int[] offsets,
      float[] s,
      int so,
      int sp,
      int sv,
      float[] c,
      int co,
      int pitch) {
    final int a1 = ao + lda;
    final int a2 = ao + 2 * lda;
    final int a3 = ao + 3 * lda;
    FloatVector c00 = FloatVector.fromArray(S, s, so);
    FloatVector c01 = FloatVector.fromArray(S, s, so + sv);
    FloatVector c10 = FloatVector.fromArray(S, s, so + sp);
    FloatVector c11 = FloatVector.fromArray(S, s, so + sp + sv);
    FloatVector c20 = FloatVector.fromArray(S, s, so + 2 * sp);
    FloatVector c21 = FloatVector.fromArray(S, s, so + 2 * sp + sv);
    FloatVector c30 = FloatVector.fromArray(S, s, so + 3 * sp);
    FloatVector c31 = FloatVector.fromArray(S, s, so + 3 * sp + sv);
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
    c00.intoArray(c, co);
    c01.intoArray(c, co + L);
    c10.intoArray(c, co + pitch);
    c11.intoArray(c, co + pitch + L);
    c20.intoArray(c, co + 2 * pitch);
    c21.intoArray(c, co + 2 * pitch + L);
    c30.intoArray(c, co + 3 * pitch);
    c31.intoArray(c, co + 3 * pitch + L);
  }

  static void tile2x2(
      int depth,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int[] offsets,
      float[] s,
      int so,
      int sp,
      int sv,
      float[] c,
      int co,
      int pitch) {
    final int a1 = ao + lda;
    FloatVector c00 = FloatVector.fromArray(S, s, so);
    FloatVector c01 = FloatVector.fromArray(S, s, so + sv);
    FloatVector c10 = FloatVector.fromArray(S, s, so + sp);
    FloatVector c11 = FloatVector.fromArray(S, s, so + sp + sv);
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
    c00.intoArray(c, co);
    c01.intoArray(c, co + L);
    c10.intoArray(c, co + pitch);
    c11.intoArray(c, co + pitch + L);
  }
}
