package dev.fovea.engine.kernel.simd;

import static dev.fovea.engine.kernel.BlockedConvolution.WINOGRAD_OUTPUT;
import static dev.fovea.engine.kernel.BlockedConvolution.WINOGRAD_TILE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The linear maps of F(4x4, 3x3) along one dimension, for the points 0, 1, -1, 2, -2 and infinity,
 * on vectors: element {@code i} of a line is the vector at {@code start + i * step}.
 */
final class WinogradTransforms {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.COUNT;

  private WinogradTransforms() {}

  private static FloatVector at(float[] a, int i) {
    return FloatVector.fromArray(S, a, i);
  }

  /**
   * Columns of six pixels, side by side, to six points each, which follow each other.
   *
   * @param pitch floats from one row of pixels to the next
   */
  static void inputColumns(float[] s, int so, int pitch, float[] d, int o, int columns) {
    for (int j = 0; j < columns; j++) {
      input(s, so + j * L, pitch, d, o + j * WINOGRAD_TILE * L, L);
    }
  }

  /**
   * From columns that {@link #inputColumns} has made to tiles of which each lies four columns on.
   *
   * @param point floats from one of the 36 points of a tile to the next; tiles follow each other
   */
  static void inputTiles(float[] s, int so, float[] d, int o, int point, int tiles) {
    for (int k = 0; k < tiles; k++) {
      int from = so + k * WINOGRAD_OUTPUT * WINOGRAD_TILE * L;
      int to = o + k * L;
      for (int i = 0; i < WINOGRAD_TILE; i++) {
        input(s, from + i * L, WINOGRAD_TILE * L, d, to + i * WINOGRAD_TILE * point, point);
      }
    }
  }

  /**
   * Tiles of 36 points to tiles of 4x4 pixels, side by side.
   *
   * @param point floats from one point of a tile to the next
   * @param t memory for 24 vectors
   * @param pitch floats from one row of pixels to the next
   */
  static void output(
      float[] s, int so, int point, float[] t, int to, float[] d, int o, int pitch, int tiles) {
    for (int k = 0; k < tiles; k++) {
      for (int j = 0; j < WINOGRAD_TILE; j++) {
        output(s, so + k * L + j * point, WINOGRAD_TILE * point, t, to + j * L, WINOGRAD_TILE * L);
      }
      for (int i = 0; i < WINOGRAD_OUTPUT; i++) {
        output(t, to + i * WINOGRAD_TILE * L, L, d, o + k * WINOGRAD_OUTPUT * L + i * pitch, L);
      }
    }
  }

  /** Six pixels to six points. */
  private static void input(float[] s, int so, int ss, float[] d, int o, int ds) {
    FloatVector x0 = at(s, so);
    FloatVector x1 = at(s, so + ss);
    FloatVector x2 = at(s, so + 2 * ss);
    FloatVector x3 = at(s, so + 3 * ss);
    FloatVector x4 = at(s, so + 4 * ss);
    FloatVector x5 = at(s, so + 5 * ss);
    FloatVector four = FloatVector.broadcast(S, 4f);
    FloatVector minus4 = FloatVector.broadcast(S, -4f);
    FloatVector minus5 = FloatVector.broadcast(S, -5f);
    FloatVector two = FloatVector.broadcast(S, 2f);
    FloatVector even = x2.fma(minus4, x4);
    FloatVector odd = x1.fma(minus4, x3);
    FloatVector near = x4.sub(x2);
    FloatVector far = x3.sub(x1).mul(two);
    x0.fma(four, x2.fma(minus5, x4)).intoArray(d, o);
    even.add(odd).intoArray(d, o + ds);
    even.sub(odd).intoArray(d, o + 2 * ds);
    near.add(far).intoArray(d, o + 3 * ds);
    near.sub(far).intoArray(d, o + 4 * ds);
    x1.fma(four, x3.fma(minus5, x5)).intoArray(d, o + 5 * ds);
  }

  /** Six points to four pixels. */
  private static void output(float[] s, int so, int ss, float[] d, int o, int ds) {
    FloatVector x0 = at(s, so);
    FloatVector x1 = at(s, so + ss);
    FloatVector x2 = at(s, so + 2 * ss);
    FloatVector x3 = at(s, so + 3 * ss);
    FloatVector x4 = at(s, so + 4 * ss);
    FloatVector x5 = at(s, so + 5 * ss);
    FloatVector sum1 = x1.add(x2);
    FloatVector difference1 = x1.sub(x2);
    FloatVector sum2 = x3.add(x4);
    FloatVector difference2 = x3.sub(x4);
    x0.add(sum1).add(sum2).intoArray(d, o);
    difference2.fma(FloatVector.broadcast(S, 2f), difference1).intoArray(d, o + ds);
    sum2.fma(FloatVector.broadcast(S, 4f), sum1).intoArray(d, o + 2 * ds);
    difference2.fma(FloatVector.broadcast(S, 8f), difference1).add(x5).intoArray(d, o + 3 * ds);
  }
}
