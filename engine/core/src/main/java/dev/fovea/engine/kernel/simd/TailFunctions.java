package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.BlockedKernels.Tail;
import dev.fovea.engine.kernel.Unary;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * What is done with the sums of a convolution, on pixels of one block while they are in the cache.
 * Each combination has a loop of its own: a vector that is changed in an {@code if} is boxed by C2
 * of JDK 17.
 */
final class TailFunctions {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.COUNT;

  private final SimdFunctions functions;
  private final Tail tail;
  private final float[] bias;
  private final int biasAt;
  private final float[] z;
  private final int zShift;
  private final boolean relu;

  /**
   * For one call.
   *
   * @param yOffset where the output begins, to find the same element of the other branch
   */
  TailFunctions(SimdFunctions functions, Tail tail, int yOffset) {
    this.functions = functions;
    this.tail = tail;
    this.bias = tail.bias() == null ? null : tail.bias().array();
    this.biasAt = tail.bias() == null ? 0 : tail.bias().offset();
    this.z = tail.z() == null ? null : tail.z().array();
    this.zShift = tail.z() == null ? 0 : tail.z().offset() - yOffset;
    this.relu = tail.f() == Unary.RELU;
  }

  /** Whether nothing is done. */
  boolean empty() {
    return bias == null && z == null && tail.f() == null;
  }

  /**
   * From sums to results, which may lie in the same place.
   *
   * @param block of channels
   * @param pixels number of them, side by side
   */
  void apply(float[] s, int so, float[] y, int yo, int pixels, int block) {
    int b = biasAt + block * L;
    if (z == null) {
      if (bias == null) {
        copy(s, so, y, yo, pixels);
      } else if (relu) {
        biasRelu(s, so, y, yo, pixels, bias, b);
      } else {
        bias(s, so, y, yo, pixels, bias, b);
      }
    } else if (bias == null) {
      branch(s, so, y, yo, pixels, z, yo + zShift);
    } else if (relu) {
      biasBranchRelu(s, so, y, yo, pixels, bias, b, z, yo + zShift);
    } else {
      biasBranch(s, so, y, yo, pixels, bias, b, z, yo + zShift);
    }
    if (tail.f() != null && !(relu && bias != null)) {
      functions.unary(tail.f(), tail.alpha(), tail.beta(), y, yo, y, yo, pixels * L);
    }
  }

  private static void copy(float[] s, int so, float[] y, int yo, int n) {
    if (s != y || so != yo) {
      System.arraycopy(s, so, y, yo, n * L);
    }
  }

  private static void bias(float[] s, int so, float[] y, int yo, int n, float[] b, int bo) {
    FloatVector add = FloatVector.fromArray(S, b, bo);
    for (int i = 0; i < n * L; i += L) {
      FloatVector.fromArray(S, s, so + i).add(add).intoArray(y, yo + i);
    }
  }

  private static void biasRelu(float[] s, int so, float[] y, int yo, int n, float[] b, int bo) {
    FloatVector add = FloatVector.fromArray(S, b, bo);
    FloatVector zero = FloatVector.zero(S);
    for (int i = 0; i < n * L; i += L) {
      FloatVector.fromArray(S, s, so + i).add(add).max(zero).intoArray(y, yo + i);
    }
  }

  private static void branch(float[] s, int so, float[] y, int yo, int n, float[] z, int zo) {
    for (int i = 0; i < n * L; i += L) {
      FloatVector.fromArray(S, s, so + i)
          .add(FloatVector.fromArray(S, z, zo + i))
          .intoArray(y, yo + i);
    }
  }

  private static void biasBranch(
      float[] s, int so, float[] y, int yo, int n, float[] b, int bo, float[] z, int zo) {
    FloatVector add = FloatVector.fromArray(S, b, bo);
    for (int i = 0; i < n * L; i += L) {
      FloatVector.fromArray(S, s, so + i)
          .add(add)
          .add(FloatVector.fromArray(S, z, zo + i))
          .intoArray(y, yo + i);
    }
  }

  private static void biasBranchRelu(
      float[] s, int so, float[] y, int yo, int n, float[] b, int bo, float[] z, int zo) {
    FloatVector add = FloatVector.fromArray(S, b, bo);
    FloatVector zero = FloatVector.zero(S);
    for (int i = 0; i < n * L; i += L) {
      FloatVector.fromArray(S, s, so + i)
          .add(add)
          .add(FloatVector.fromArray(S, z, zo + i))
          .max(zero)
          .intoArray(y, yo + i);
    }
  }
}
