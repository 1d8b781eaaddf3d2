package dev.fovea.engine.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums of products along contiguous rows: {@code sums[so + (R-row r, column q)] += a[ao + r * pitch
 * + j] * b[offsets[oo + q] + j]}, lane by lane of {@code j}; the lanes are added up when all is
 * done.
 *
 * <p>Written out for the reasons given in {@link ProductTiles4}.
 */
final class CorrelationTiles {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.COUNT;

  private CorrelationTiles() {}

  static void tile6x4(
      int length,
      float[] a,
      int ao,
      int pitch,
      float[] b,
      int[] offsets,
      int oo,
      float[] sums,
      int so) {
    int a1 = ao + pitch;
    int a2 = ao + 2 * pitch;
    int a3 = ao + 3 * pitch;
    int a4 = ao + 4 * pitch;
    int a5 = ao + 5 * pitch;
    int b0 = offsets[oo];
    int b1 = offsets[oo + 1];
    int b2 = offsets[oo + 2];
    int b3 = offsets[oo + 3];
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c01 = FloatVector.zero(S);
    FloatVector c02 = FloatVector.zero(S);
    FloatVector c03 = FloatVector.zero(S);
    FloatVector c10 = FloatVector.zero(S);
    FloatVector c11 = FloatVector.zero(S);
    FloatVector c12 = FloatVector.zero(S);
    FloatVector c13 = FloatVector.zero(S);
    FloatVector c20 = FloatVector.zero(S);
    FloatVector c21 = FloatVector.zero(S);
    FloatVector c22 = FloatVector.zero(S);
    FloatVector c23 = FloatVector.zero(S);
    FloatVector c30 = FloatVector.zero(S);
    FloatVector c31 = FloatVector.zero(S);
    FloatVector c32 = FloatVector.zero(S);
    FloatVector c33 = FloatVector.zero(S);
    FloatVector c40 = FloatVector.zero(S);
    FloatVector c41 = FloatVector.zero(S);
    FloatVector c42 = FloatVector.zero(S);
    FloatVector c43 = FloatVector.zero(S);
    FloatVector c50 = FloatVector.zero(S);
    FloatVector c51 = FloatVector.zero(S);
    FloatVector c52 = FloatVector.zero(S);
    FloatVector c53 = FloatVector.zero(S);
    for (int j = 0; j < length; j += L) {
      FloatVector y0 = FloatVector.fromArray(S, b, b0 + j);
      FloatVector y1 = FloatVector.fromArray(S, b, b1 + j);
      FloatVector y2 = FloatVector.fromArray(S, b, b2 + j);
      FloatVector y3 = FloatVector.fromArray(S, b, b3 + j);
      FloatVector x = FloatVector.fromArray(S, a, ao + j);
      c00 = x.fma(y0, c00);
      c01 = x.fma(y1, c01);
      c02 = x.fma(y2, c02);
      c03 = x.fma(y3, c03);
      x = FloatVector.fromArray(S, a, a1 + j);
      c10 = x.fma(y0, c10);
      c11 = x.fma(y1, c11);
      c12 = x.fma(y2, c12);
      c13 = x.fma(y3, c13);
      x = FloatVector.fromArray(S, a, a2 + j);
      c20 = x.fma(y0, c20);
      c21 = x.fma(y1, c21);
      c22 = x.fma(y2, c22);
      c23 = x.fma(y3, c23);
      x = FloatVector.fromArray(S, a, a3 + j);
      c30 = x.fma(y0, c30);
      c31 = x.fma(y1, c31);
      c32 = x.fma(y2, c32);
      c33 = x.fma(y3, c33);
      x = FloatVector.fromArray(S, a, a4 + j);
      c40 = x.fma(y0, c40);
      c41 = x.fma(y1, c41);
      c42 = x.fma(y2, c42);
      c43 = x.fma(y3, c43);
      x = FloatVector.fromArray(S, a, a5 + j);
      c50 = x.fma(y0, c50);
      c51 = x.fma(y1, c51);
      c52 = x.fma(y2, c52);
      c53 = x.fma(y3, c53);
    }
    c00.add(FloatVector.fromArray(S, sums, so)).intoArray(sums, so);
    c01.add(FloatVector.fromArray(S, sums, so + L)).intoArray(sums, so + L);
    c02.add(FloatVector.fromArray(S, sums, so + 2 * L)).intoArray(sums, so + 2 * L);
    c03.add(FloatVector.fromArray(S, sums, so + 3 * L)).intoArray(sums, so + 3 * L);
    c10.add(FloatVector.fromArray(S, sums, so + 4 * L)).intoArray(sums, so + 4 * L);
    c11.add(FloatVector.fromArray(S, sums, so + 5 * L)).intoArray(sums, so + 5 * L);
    c12.add(FloatVector.fromArray(S, sums, so + 6 * L)).intoArray(sums, so + 6 * L);
    c13.add(FloatVector.fromArray(S, sums, so + 7 * L)).intoArray(sums, so + 7 * L);
    c20.add(FloatVector.fromArray(S, sums, so + 8 * L)).intoArray(sums, so + 8 * L);
    c21.add(FloatVector.fromArray(S, sums, so + 9 * L)).intoArray(sums, so + 9 * L);
    c22.add(FloatVector.fromArray(S, sums, so + 10 * L)).intoArray(sums, so + 10 * L);
    c23.add(FloatVector.fromArray(S, sums, so + 11 * L)).intoArray(sums, so + 11 * L);
    c30.add(FloatVector.fromArray(S, sums, so + 12 * L)).intoArray(sums, so + 12 * L);
    c31.add(FloatVector.fromArray(S, sums, so + 13 * L)).intoArray(sums, so + 13 * L);
    c32.add(FloatVector.fromArray(S, sums, so + 14 * L)).intoArray(sums, so + 14 * L);
    c33.add(FloatVector.fromArray(S, sums, so + 15 * L)).intoArray(sums, so + 15 * L);
    c40.add(FloatVector.fromArray(S, sums, so + 16 * L)).intoArray(sums, so + 16 * L);
    c41.add(FloatVector.fromArray(S, sums, so + 17 * L)).intoArray(sums, so + 17 * L);
    c42.add(FloatVector.fromArray(S, sums, so + 18 * L)).intoArray(sums, so + 18 * L);
    c43.add(FloatVector.fromArray(S, sums, so + 19 * L)).intoArray(sums, so + 19 * L);
    c50.add(FloatVector.fromArray(S, sums, so + 20 * L)).intoArray(sums, so + 20 * L);
    c51.add(FloatVector.fromArray(S, sums, so + 21 * L)).intoArray(sums, so + 21 * L);
    c52.add(FloatVector.fromArray(S, sums, so + 22 * L)).intoArray(sums, so + 22 * L);
    c53.add(FloatVector.fromArray(S, sums, so + 23 * L)).intoArray(sums, so + 23 * L);
  }

  static void tile4x4(
      int length,
      float[] a,
      int ao,
      int pitch,
      float[] b,
      int[] offsets,
      int oo,
      float[] sums,
      int so) {
    int a1 = ao + pitch;
    int a2 = ao + 2 * pitch;
    int a3 = ao + 3 * pitch;
    int b0 = offsets[oo];
    int b1 = offsets[oo + 1];
    int b2 = offsets[oo + 2];
    int b3 = offsets[oo + 3];
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c01 = FloatVector.zero(S);
    FloatVector c02 = FloatVector.zero(S);
    FloatVector c03 = FloatVector.zero(S);
    FloatVector c10 = FloatVector.zero(S);
    FloatVector c11 = FloatVector.zero(S);
    FloatVector c12 = FloatVector.zero(S);
    FloatVector c13 = FloatVector.zero(S);
    FloatVector c20 = FloatVector.zero(S);
    FloatVector c21 = FloatVector.zero(S);
    FloatVector c22 = FloatVector.zero(S);
    FloatVector c23 = FloatVector.zero(S);
    FloatVector c30 = FloatVector.zero(S);
    FloatVector c31 = FloatVector.zero(S);
    FloatVector c32 = FloatVector.zero(S);
    FloatVector c33 = FloatVector.zero(S);
    for (int j = 0; j < length; j += L) {
      FloatVector y0 = FloatVector.fromArray(S, b, b0 + j);
      FloatVector y1 = FloatVector.fromArray(S, b, b1 + j);
      FloatVector y2 = FloatVector.fromArray(S, b, b2 + j);
      FloatVector y3 = FloatVector.fromArray(S, b, b3 + j);
      FloatVector x = FloatVector.fromArray(S, a, ao + j);
      c00 = x.fma(y0, c00);
      c01 = x.fma(y1, c01);
      c02 = x.fma(y2, c02);
      c03 = x.fma(y3, c03);
      x = FloatVector.fromArray(S, a, a1 + j);
      c10 = x.fma(y0, c10);
      c11 = x.fma(y1, c11);
      c12 = x.fma(y2, c12);
      c13 = x.fma(y3, c13);
      x = FloatVector.fromArray(S, a, a2 + j);
      c20 = x.fma(y0, c20);
      c21 = x.fma(y1, c21);
      c22 = x.fma(y2, c22);
      c23 = x.fma(y3, c23);
      x = FloatVector.fromArray(S, a, a3 + j);
      c30 = x.fma(y0, c30);
      c31 = x.fma(y1, c31);
      c32 = x.fma(y2, c32);
      c33 = x.fma(y3, c33);
    }
    c00.add(FloatVector.fromArray(S, sums, so)).intoArray(sums, so);
    c01.add(FloatVector.fromArray(S, sums, so + L)).intoArray(sums, so + L);
    c02.add(FloatVector.fromArray(S, sums, so + 2 * L)).intoArray(sums, so + 2 * L);
    c03.add(FloatVector.fromArray(S, sums, so + 3 * L)).intoArray(sums, so + 3 * L);
    c10.add(FloatVector.fromArray(S, sums, so + 4 * L)).intoArray(sums, so + 4 * L);
    c11.add(FloatVector.fromArray(S, sums, so + 5 * L)).intoArray(sums, so + 5 * L);
    c12.add(FloatVector.fromArray(S, sums, so + 6 * L)).intoArray(sums, so + 6 * L);
    c13.add(FloatVector.fromArray(S, sums, so + 7 * L)).intoArray(sums, so + 7 * L);
    c20.add(FloatVector.fromArray(S, sums, so + 8 * L)).intoArray(sums, so + 8 * L);
    c21.add(FloatVector.fromArray(S, sums, so + 9 * L)).intoArray(sums, so + 9 * L);
    c22.add(FloatVector.fromArray(S, sums, so + 10 * L)).intoArray(sums, so + 10 * L);
    c23.add(FloatVector.fromArray(S, sums, so + 11 * L)).intoArray(sums, so + 11 * L);
    c30.add(FloatVector.fromArray(S, sums, so + 12 * L)).intoArray(sums, so + 12 * L);
    c31.add(FloatVector.fromArray(S, sums, so + 13 * L)).intoArray(sums, so + 13 * L);
    c32.add(FloatVector.fromArray(S, sums, so + 14 * L)).intoArray(sums, so + 14 * L);
    c33.add(FloatVector.fromArray(S, sums, so + 15 * L)).intoArray(sums, so + 15 * L);
  }

  static void tile3x4(
      int length,
      float[] a,
      int ao,
      int pitch,
      float[] b,
      int[] offsets,
      int oo,
      float[] sums,
      int so) {
    int a1 = ao + pitch;
    int a2 = ao + 2 * pitch;
    int b0 = offsets[oo];
    int b1 = offsets[oo + 1];
    int b2 = offsets[oo + 2];
    int b3 = offsets[oo + 3];
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c01 = FloatVector.zero(S);
    FloatVector c02 = FloatVector.zero(S);
    FloatVector c03 = FloatVector.zero(S);
    FloatVector c10 = FloatVector.zero(S);
    FloatVector c11 = FloatVector.zero(S);
    FloatVector c12 = FloatVector.zero(S);
    FloatVector c13 = FloatVector.zero(S);
    FloatVector c20 = FloatVector.zero(S);
    FloatVector c21 = FloatVector.zero(S);
    FloatVector c22 = FloatVector.zero(S);
    FloatVector c23 = FloatVector.zero(S);
    for (int j = 0; j < length; j += L) {
      FloatVector y0 = FloatVector.fromArray(S, b, b0 + j);
      FloatVector y1 = FloatVector.fromArray(S, b, b1 + j);
      FloatVector y2 = FloatVector.fromArray(S, b, b2 + j);
      FloatVector y3 = FloatVector.fromArray(S, b, b3 + j);
      FloatVector x = FloatVector.fromArray(S, a, ao + j);
      c00 = x.fma(y0, c00);
      c01 = x.fma(y1, c01);
      c02 = x.fma(y2, c02);
      c03 = x.fma(y3, c03);
      x = FloatVector.fromArray(S, a, a1 + j);
      c10 = x.fma(y0, c10);
      c11 = x.fma(y1, c11);
      c12 = x.fma(y2, c12);
      c13 = x.fma(y3, c13);
      x = FloatVector.fromArray(S, a, a2 + j);
      c20 = x.fma(y0, c20);
      c21 = x.fma(y1, c21);
      c22 = x.fma(y2, c22);
      c23 = x.fma(y3, c23);
    }
    c00.add(FloatVector.fromArray(S, sums, so)).intoArray(sums, so);
    c01.add(FloatVector.fromArray(S, sums, so + L)).intoArray(sums, so + L);
    c02.add(FloatVector.fromArray(S, sums, so + 2 * L)).intoArray(sums, so + 2 * L);
    c03.add(FloatVector.fromArray(S, sums, so + 3 * L)).intoArray(sums, so + 3 * L);
    c10.add(FloatVector.fromArray(S, sums, so + 4 * L)).intoArray(sums, so + 4 * L);
    c11.add(FloatVector.fromArray(S, sums, so + 5 * L)).intoArray(sums, so + 5 * L);
    c12.add(FloatVector.fromArray(S, sums, so + 6 * L)).intoArray(sums, so + 6 * L);
    c13.add(FloatVector.fromArray(S, sums, so + 7 * L)).intoArray(sums, so + 7 * L);
    c20.add(FloatVector.fromArray(S, sums, so + 8 * L)).intoArray(sums, so + 8 * L);
    c21.add(FloatVector.fromArray(S, sums, so + 9 * L)).intoArray(sums, so + 9 * L);
    c22.add(FloatVector.fromArray(S, sums, so + 10 * L)).intoArray(sums, so + 10 * L);
    c23.add(FloatVector.fromArray(S, sums, so + 11 * L)).intoArray(sums, so + 11 * L);
  }
}
