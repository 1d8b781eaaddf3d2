package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.Functions;
import dev.fovea.engine.kernel.Scratch;
import dev.fovea.engine.kernel.Unary;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Elementwise functions that C2 does not vectorise by itself. Stateless and thread-safe. */
final class SimdFunctions extends Functions {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.COUNT;

  SimdFunctions() {}

  /** A function on whole vectors. */
  private interface Whole {
    void run(float[] x, int xo, float[] y, int yo, int n);
  }

  // The elements that do not fill a vector are computed in one of their own, so that they get the
  // same bits as anywhere else.
  private static void apply(float[] x, int xo, float[] y, int yo, int n, Whole f) {
    int whole = n / L * L;
    f.run(x, xo, y, yo, whole);
    if (whole < n) {
      float[] rest = Scratch.local().array(Scratch.Slot.REST, L);
      System.arraycopy(x, xo + whole, rest, 0, n - whole);
      f.run(rest, 0, rest, 0, L);
      System.arraycopy(rest, 0, y, yo + whole, n - whole);
    }
  }

  @Override
  protected void exp(float[] a, int start, int n) {
    apply(a, start, a, start, n, SimdFunctions::exps);
  }

  @Override
  protected void unary(
      Unary f, float alpha, float beta, float[] x, int xo, float[] y, int yo, int n) {
    switch (f) {
      case SIGMOID -> apply(x, xo, y, yo, n, SimdFunctions::sigmoids);
      case TANH -> apply(x, xo, y, yo, n, SimdFunctions::tanhs);
      case LEAKY_RELU -> {
        int whole = n / L * L;
        leakyRelus(alpha, x, xo, y, yo, whole);
        super.unary(f, alpha, beta, x, xo + whole, y, yo + whole, n - whole);
      }
      default -> super.unary(f, alpha, beta, x, xo, y, yo, n);
    }
  }

  @Override
  protected void unaryBackward(
      Unary f,
      float alpha,
      float beta,
      float[] v,
      int vo,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo,
      int n) {
    int whole = 0;
    if (f == Unary.RELU) {
      whole = n / L * L;
      reluGradients(v, vo, dy, dyo, dx, dxo, whole);
    } else if (f == Unary.LEAKY_RELU) {
      whole = n / L * L;
      leakyReluGradients(alpha, v, vo, dy, dyo, dx, dxo, whole);
    }
    super.unaryBackward(f, alpha, beta, v, vo + whole, dy, dyo + whole, dx, dxo + whole, n - whole);
  }

  private static void leakyRelus(float alpha, float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      v.mul(alpha).blend(v, v.compare(VectorOperators.GE, 0f)).intoArray(y, yo + i);
    }
  }

  private static void reluGradients(
      float[] v, int vo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    FloatVector zero = FloatVector.zero(S);
    for (int i = 0; i < n; i += L) {
      FloatVector x = FloatVector.fromArray(S, v, vo + i);
      FloatVector d = FloatVector.fromArray(S, dy, dyo + i);
      zero.blend(d, x.compare(VectorOperators.GT, 0f))
          .add(FloatVector.fromArray(S, dx, dxo + i))
          .intoArray(dx, dxo + i);
    }
  }

  private static void leakyReluGradients(
      float alpha, float[] v, int vo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FloatVector.fromArray(S, v, vo + i);
      FloatVector d = FloatVector.fromArray(S, dy, dyo + i);
      d.mul(alpha)
          .blend(d, x.compare(VectorOperators.GE, 0f))
          .add(FloatVector.fromArray(S, dx, dxo + i))
          .intoArray(dx, dxo + i);
    }
  }

  private static void exps(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      exp(FloatVector.fromArray(S, x, xo + i)).intoArray(y, yo + i);
    }
  }

  private static void sigmoids(float[] x, int xo, float[] y, int yo, int n) {
    FloatVector one = FloatVector.broadcast(S, 1f);
    for (int i = 0; i < n; i += L) {
      FloatVector e = exp(FloatVector.fromArray(S, x, xo + i).neg());
      one.div(e.add(one)).intoArray(y, yo + i);
    }
  }

  // 1 - 2 / (exp(2x) + 1), but near 0, where that cancels, a polynomial (Cephes, tanhf). In two
  // loops:
  // C2 of JDK 17 boxes the vectors of a longer one.
  private static void tanhs(float[] x, int xo, float[] y, int yo, int n) {
    float[] far = Scratch.local().array(Scratch.Slot.TILE, n);
    FloatVector one = FloatVector.broadcast(S, 1f);
    FloatVector two = FloatVector.broadcast(S, 2f);
    for (int i = 0; i < n; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      one.sub(two.div(exp(v.add(v)).add(one))).intoArray(far, i);
    }
    for (int i = 0; i < n; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      FloatVector z = v.mul(v);
      FloatVector p = z.mul(-5.70498872745e-3f).add(2.06390887954e-2f);
      p = p.mul(z).add(-5.37397155531e-2f);
      p = p.mul(z).add(1.33314422036e-1f);
      p = p.mul(z).add(-3.33332819422e-1f);
      FloatVector near = p.mul(z).mul(v).add(v);
      FloatVector.fromArray(S, far, i)
          .blend(near, z.compare(VectorOperators.LT, 0.390625f))
          .intoArray(y, yo + i);
    }
  }

  /**
   * {@code exp(x)} to within 2 units in the last place; 0 below the normal numbers: denormal
   * numbers would slow down all that follows.
   *
   * <p>{@code x = n ln 2 + r}, {@code exp(x) = 2^n exp(r)}, the latter a polynomial (Cephes, expf).
   */
  private static FloatVector exp(FloatVector x) {
    FloatVector v = x.max(-87.4f).min(89f);
    // Adding 1.5 * 2^23 rounds to an integer, which the low bits of the sum then hold.
    FloatVector shifted = v.mul(1.44269504f).add(12582912f);
    FloatVector n = shifted.sub(12582912f);
    FloatVector r = v.sub(n.mul(0.693359375f)).sub(n.mul(-2.12194440e-4f));
    FloatVector p = r.mul(1.9875691500e-4f).add(1.3981999507e-3f);
    p = p.mul(r).add(8.3334519073e-3f);
    p = p.mul(r).add(4.1665795894e-2f);
    p = p.mul(r).add(1.6666665459e-1f);
    p = p.mul(r).add(5.0000001201e-1f);
    p = p.mul(r).mul(r).add(r).add(1f);
    // 2^(n-1), then doubled: 2^128 is no float, but the largest results need it.
    FloatVector power =
        shifted
            .reinterpretAsInts()
            .add(126)
            .lanewise(VectorOperators.LSHL, 23)
            .reinterpretAsFloats();
    return p.mul(power).mul(2f);
  }
}
