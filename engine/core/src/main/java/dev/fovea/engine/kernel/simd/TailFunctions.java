package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.BlockedKernels.Tail;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.kernel.simd.PixelTiles.Operands;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
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
  // Of an activation that only cuts values off; the widest for none.
  private final float low;
  private final float high;
  // Whether there is an activation that does more.
  private final boolean curved;
  // Whether there is one that cuts off.
  private final boolean clips;

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
    boolean relu = tail.f() == Unary.RELU;
    boolean clip = tail.f() == Unary.CLIP;
    low = relu ? 0 : clip ? tail.alpha() : Float.NEGATIVE_INFINITY;
    high = clip ? tail.beta() : Float.POSITIVE_INFINITY;
    clips = relu || clip;
    curved = tail.f() != null && !clips;
  }

  /** Whether nothing is done. */
  boolean empty() {
    return bias == null && z == null && tail.f() == null;
  }

  /** Tiles whose sums start with the bias. */
  Operands fromBias(float[] a, int[] offsets, float[] w, float[] y, int blockStep) {
    return bias == null
        ? Operands.sums(a, offsets, w, y, blockStep)
        : new Operands(a, offsets, w, bias, 0, L, y, blockStep);
  }

  /** What sums of no products are: the bias, for pixels side by side. */
  void begin(float[] y, int yo, int pixels, int block) {
    for (int i = 0; i < pixels; i++) {
      if (bias == null) {
        Arrays.fill(y, yo + i * L, yo + (i + 1) * L, 0);
      } else {
        System.arraycopy(bias, biasAt(block), y, yo + i * L, L);
      }
    }
  }

  /** Where the bias of a block begins, for {@link #fromBias}. */
  int biasAt(int block) {
    return bias == null ? 0 : biasAt + block * L;
  }

  /** Whether sums that {@link #fromBias} began are not yet results. */
  boolean after() {
    return z != null || clips || curved;
  }

  /**
   * What is left to do, in place.
   *
   * @param pixels number of them, side by side
   */
  void finish(float[] y, int yo, int pixels) {
    if (z != null) {
      branch(y, yo, y, yo, pixels, z, yo + zShift, low, high);
    } else if (clips) {
      neither(y, yo, y, yo, pixels, low, high);
    }
    curve(y, yo, pixels);
  }

  private void curve(float[] y, int yo, int pixels) {
    if (curved) {
      functions.unary(tail.f(), tail.alpha(), tail.beta(), y, yo, y, yo, pixels * L);
    }
  }

  /**
   * From sums to results, which may lie in the same place.
   *
   * @param block of channels
   * @param pixels number of them, side by side
   */
  void apply(float[] s, int so, float[] y, int yo, int pixels, int block) {
    int b = biasAt + block * L;
    if (bias != null && z != null) {
      biasBranch(s, so, y, yo, pixels, bias, b, z, yo + zShift, low, high);
    } else if (bias != null) {
      bias(s, so, y, yo, pixels, bias, b, low, high);
    } else if (z != null) {
      branch(s, so, y, yo, pixels, z, yo + zShift, low, high);
    } else {
      neither(s, so, y, yo, pixels, low, high);
    }
    curve(y, yo, pixels);
  }

  // Max and min of vectors take six instructions each, for the sake of zeros with signs and NaN.
  // NaN stays as it is here too.
  private static FloatVector clip(FloatVector v, FloatVector low, FloatVector high) {
    FloatVector u = v.blend(low, v.lt(low));
    return u.blend(high, u.compare(VectorOperators.GT, high));
  }

  private static void neither(float[] s, int so, float[] y, int yo, int n, float low, float high) {
    FloatVector least = FloatVector.broadcast(S, low);
    FloatVector most = FloatVector.broadcast(S, high);
    for (int i = 0; i < n * L; i += L) {
      clip(FloatVector.fromArray(S, s, so + i), least, most).intoArray(y, yo + i);
    }
  }

  private static void bias(
      float[] s, int so, float[] y, int yo, int n, float[] b, int bo, float low, float high) {
    FloatVector add = FloatVector.fromArray(S, b, bo);
    FloatVector least = FloatVector.broadcast(S, low);
    FloatVector most = FloatVector.broadcast(S, high);
    for (int i = 0; i < n * L; i += L) {
      clip(FloatVector.fromArray(S, s, so + i).add(add), least, most).intoArray(y, yo + i);
    }
  }

  private static void branch(
      float[] s, int so, float[] y, int yo, int n, float[] z, int zo, float low, float high) {
    FloatVector least = FloatVector.broadcast(S, low);
    FloatVector most = FloatVector.broadcast(S, high);
    for (int i = 0; i < n * L; i += L) {
      FloatVector v = FloatVector.fromArray(S, s, so + i).add(FloatVector.fromArray(S, z, zo + i));
      clip(v, least, most).intoArray(y, yo + i);
    }
  }

  private static void biasBranch(
      float[] s,
      int so,
      float[] y,
      int yo,
      int n,
      float[] b,
      int bo,
      float[] z,
      int zo,
      float low,
      float high) {
    FloatVector add = FloatVector.fromArray(S, b, bo);
    FloatVector least = FloatVector.broadcast(S, low);
    FloatVector most = FloatVector.broadcast(S, high);
    for (int i = 0; i < n * L; i += L) {
      FloatVector v = FloatVector.fromArray(S, s, so + i).add(add);
      clip(v.add(FloatVector.fromArray(S, z, zo + i)), least, most).intoArray(y, yo + i);
    }
  }
}
