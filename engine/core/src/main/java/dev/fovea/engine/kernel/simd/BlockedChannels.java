package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * What normalisations need, channel by channel of channel-blocked images: a lane has a channel of
 * its own. Thread-safe.
 *
 * <p>Sums are taken in float over short runs of pixels, of differences to a value near by, and go
 * on in double.
 */
final class BlockedChannels {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.COUNT;
  // Pixels of a run, which is summed in float by four running sums.
  private static final int RUN = 256;
  // Parts of a batch that are summed on their own; their number must not depend on threads.
  private static final int PARTS = 8;

  private final Parallel parallel;

  BlockedChannels(Parallel parallel) {
    this.parallel = parallel;
  }

  /** Adds two sums for each lane of a run of pixels. */
  private interface Run {
    /**
     * Sums of pixels.
     *
     * @param at index of the first element, counted from where the tensor begins
     * @param n number of pixels
     * @param to gets the sums of the lanes, then the second sums
     */
    void add(int block, int at, int n, double[] to);
  }

  /** Takes the sums of a channel. */
  private interface Result {
    void accept(int channel, double first, double second);
  }

  private void sums(Tensor x, int channels, Run run, Result result) {
    int batch = x.shape().dim(0);
    int blocks = x.shape().dim(1);
    int pixels = x.shape().dim(2) * x.shape().dim(3);
    int parts = Math.min(PARTS, batch);
    double[][] all = new double[blocks * parts][2 * L];
    parallel.run(
        blocks * parts,
        task -> {
          int block = task / parts;
          int part = task % parts;
          for (int n = part * batch / parts; n < (part + 1) * batch / parts; n++) {
            int plane = (n * blocks + block) * pixels * L;
            for (int p = 0; p < pixels; p += RUN) {
              run.add(block, plane + p * L, Math.min(RUN, pixels - p), all[task]);
            }
          }
        });
    for (int c = 0; c < channels; c++) {
      double first = 0;
      double second = 0;
      for (int part = 0; part < parts; part++) {
        first += all[c / L * parts + part][c % L];
        second += all[c / L * parts + part][L + c % L];
      }
      result.accept(c, first, second);
    }
  }

  private static void set(Tensor t, int i, double value) {
    t.array()[t.offset() + i] = (float) value;
  }

  /** Elements of a vector {@code [C]} for a block; what lies beyond its end is zero. */
  private static float[] ofBlock(Tensor t, int block) {
    float[] lanes = new float[L];
    int from = block * L;
    System.arraycopy(t.array(), t.offset() + from, lanes, 0, Math.min(L, t.size() - from));
    return lanes;
  }

  void moments(Tensor x, Tensor mean, Tensor variance) {
    int channels = mean.size();
    double count = (double) x.shape().dim(0) * x.shape().dim(2) * x.shape().dim(3);
    float[] in = x.array();
    sums(
        x,
        channels,
        (block, at, n, to) -> {
          float[] near = new float[2 * L];
          momentsOfRun(in, x.offset() + at, n, near);
          for (int i = 0; i < L; i++) {
            // Of differences to the first pixel; sums of squares are brought back in double.
            double first = in[x.offset() + at + i];
            to[i] += near[i] + n * first;
            to[L + i] += near[L + i] + first * (2.0 * near[i] + n * first);
          }
        },
        (c, sum, squares) -> {
          double m = sum / count;
          set(mean, c, m);
          set(variance, c, Math.max(0, squares / count - m * m));
        });
  }

  private static void momentsOfRun(float[] x, int at, int n, float[] to) {
    FloatVector first = FloatVector.fromArray(S, x, at);
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = FloatVector.zero(S);
    FloatVector s2 = FloatVector.zero(S);
    FloatVector s3 = FloatVector.zero(S);
    FloatVector q0 = FloatVector.zero(S);
    FloatVector q1 = FloatVector.zero(S);
    FloatVector q2 = FloatVector.zero(S);
    FloatVector q3 = FloatVector.zero(S);
    int p = 0;
    for (; p + 4 <= n; p += 4) {
      int i = at + p * L;
      FloatVector d0 = FloatVector.fromArray(S, x, i).sub(first);
      FloatVector d1 = FloatVector.fromArray(S, x, i + L).sub(first);
      FloatVector d2 = FloatVector.fromArray(S, x, i + 2 * L).sub(first);
      FloatVector d3 = FloatVector.fromArray(S, x, i + 3 * L).sub(first);
      s0 = s0.add(d0);
      s1 = s1.add(d1);
      s2 = s2.add(d2);
      s3 = s3.add(d3);
      q0 = d0.fma(d0, q0);
      q1 = d1.fma(d1, q1);
      q2 = d2.fma(d2, q2);
      q3 = d3.fma(d3, q3);
    }
    for (; p < n; p++) {
      FloatVector d0 = FloatVector.fromArray(S, x, at + p * L).sub(first);
      s0 = s0.add(d0);
      q0 = d0.fma(d0, q0);
    }
    s0.add(s1).add(s2.add(s3)).intoArray(to, 0);
    q0.add(q1).add(q2.add(q3)).intoArray(to, L);
  }

  void addSums(Tensor x, Tensor sums) {
    float[] in = x.array();
    sums(
        x,
        sums.size(),
        (block, at, n, to) -> {
          float[] near = new float[2 * L];
          momentsOfRun(in, x.offset() + at, n, near);
          for (int i = 0; i < L; i++) {
            to[i] += near[i] + n * (double) in[x.offset() + at + i];
          }
        },
        (c, sum, squares) -> set(sums, c, sums.get(c) + sum));
  }

  void gradientSums(
      Tensor x, Tensor y, Tensor dy, Tensor mean, Tensor invStd, Tensor sumDy, Tensor sumDyXhat) {
    sums(
        x,
        mean.size(),
        (block, at, n, to) -> {
          float[] near = new float[2 * L];
          int xo = x.offset() + at;
          int dyo = dy.offset() + at;
          float[] center = ofBlock(mean, block);
          if (y == null) {
            sumsOfRun(x.array(), xo, dy.array(), dyo, n, center, near);
          } else {
            int yo = y.offset() + at;
            sumsOfRun(x.array(), xo, y.array(), yo, dy.array(), dyo, n, center, near);
          }
          for (int i = 0; i < 2 * L; i++) {
            to[i] += near[i];
          }
        },
        (c, sum, dot) -> {
          set(sumDy, c, sum);
          set(sumDyXhat, c, dot * invStd.get(c));
        });
  }

  private static void sumsOfRun(
      float[] x, int xo, float[] dy, int dyo, int n, float[] mean, float[] to) {
    FloatVector m = FloatVector.fromArray(S, mean, 0);
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = FloatVector.zero(S);
    FloatVector q0 = FloatVector.zero(S);
    FloatVector q1 = FloatVector.zero(S);
    int p = 0;
    for (; p + 2 <= n; p += 2) {
      FloatVector d0 = FloatVector.fromArray(S, dy, dyo + p * L);
      FloatVector d1 = FloatVector.fromArray(S, dy, dyo + p * L + L);
      s0 = s0.add(d0);
      s1 = s1.add(d1);
      q0 = FloatVector.fromArray(S, x, xo + p * L).sub(m).fma(d0, q0);
      q1 = FloatVector.fromArray(S, x, xo + p * L + L).sub(m).fma(d1, q1);
    }
    for (; p < n; p++) {
      FloatVector d0 = FloatVector.fromArray(S, dy, dyo + p * L);
      s0 = s0.add(d0);
      q0 = FloatVector.fromArray(S, x, xo + p * L).sub(m).fma(d0, q0);
    }
    s0.add(s1).intoArray(to, 0);
    q0.add(q1).intoArray(to, L);
  }

  // Only where y is positive.
  private static void sumsOfRun(
      float[] x, int xo, float[] y, int yo, float[] dy, int dyo, int n, float[] mean, float[] to) {
    FloatVector m = FloatVector.fromArray(S, mean, 0);
    FloatVector zero = FloatVector.zero(S);
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = FloatVector.zero(S);
    FloatVector q0 = FloatVector.zero(S);
    FloatVector q1 = FloatVector.zero(S);
    int p = 0;
    for (; p + 2 <= n; p += 2) {
      FloatVector d0 = passed(zero, y, yo + p * L, dy, dyo + p * L);
      FloatVector d1 = passed(zero, y, yo + p * L + L, dy, dyo + p * L + L);
      s0 = s0.add(d0);
      s1 = s1.add(d1);
      q0 = FloatVector.fromArray(S, x, xo + p * L).sub(m).fma(d0, q0);
      q1 = FloatVector.fromArray(S, x, xo + p * L + L).sub(m).fma(d1, q1);
    }
    for (; p < n; p++) {
      FloatVector d0 = passed(zero, y, yo + p * L, dy, dyo + p * L);
      s0 = s0.add(d0);
      q0 = FloatVector.fromArray(S, x, xo + p * L).sub(m).fma(d0, q0);
    }
    s0.add(s1).intoArray(to, 0);
    q0.add(q1).intoArray(to, L);
  }

  private static FloatVector passed(FloatVector zero, float[] y, int yo, float[] dy, int dyo) {
    return zero.blend(FloatVector.fromArray(S, dy, dyo), zero.lt(FloatVector.fromArray(S, y, yo)));
  }

  /** Works on the pixels of one block of an image. */
  private interface Plane {
    void run(int block, int at, int pixels);
  }

  private void planes(Tensor x, Plane work) {
    int blocks = x.shape().dim(1);
    int pixels = x.shape().dim(2) * x.shape().dim(3);
    parallel.run(
        x.shape().dim(0) * blocks, task -> work.run(task % blocks, task * pixels * L, pixels));
  }

  /** Adds x to y, element by element. */
  void add(Tensor x, Tensor y) {
    planes(x, (block, at, n) -> add(x.array(), x.offset() + at, y.array(), y.offset() + at, n));
  }

  private static void add(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n * L; i += L) {
      FloatVector.fromArray(S, y, yo + i)
          .add(FloatVector.fromArray(S, x, xo + i))
          .intoArray(y, yo + i);
    }
  }

  void affine(Tensor x, Tensor scale, Tensor shift, boolean rectify, Tensor y) {
    float least = rectify ? 0 : Float.NEGATIVE_INFINITY;
    planes(
        x,
        (block, at, pixels) ->
            affine(
                x.array(),
                x.offset() + at,
                ofBlock(scale, block),
                ofBlock(shift, block),
                least,
                y.array(),
                y.offset() + at,
                pixels));
  }

  private static void affine(
      float[] x, int xo, float[] scale, float[] shift, float least, float[] y, int yo, int n) {
    FloatVector a = FloatVector.fromArray(S, scale, 0);
    FloatVector b = FloatVector.fromArray(S, shift, 0);
    FloatVector low = FloatVector.broadcast(S, least);
    for (int i = 0; i < n * L; i += L) {
      // Not max, which takes six instructions for the sake of zeros with signs.
      FloatVector v = FloatVector.fromArray(S, x, xo + i).fma(a, b);
      v.blend(low, v.lt(low)).intoArray(y, yo + i);
    }
  }

  /**
   * {@code dx (+)= a dy + b x + d}, dy only where y is positive.
   *
   * @param y null for everywhere
   */
  void combine(
      Tensor a, Tensor y, Tensor dy, Tensor b, Tensor x, Tensor d, boolean accumulate, Tensor dx) {
    planes(
        x,
        (block, at, pixels) -> {
          float[] factors = new float[3 * L];
          System.arraycopy(ofBlock(a, block), 0, factors, 0, L);
          System.arraycopy(ofBlock(b, block), 0, factors, L, L);
          System.arraycopy(ofBlock(d, block), 0, factors, 2 * L, L);
          // Where everything passes: a value that is always positive.
          float[] gate = y == null ? ONES : y.array();
          int gateAt = y == null ? 0 : y.offset() + at;
          int gateStep = y == null ? 0 : L;
          int to = dx.offset() + at;
          int from = x.offset() + at;
          int dyo = dy.offset() + at;
          if (accumulate) {
            addCombined(
                factors,
                gate,
                gateAt,
                gateStep,
                dy.array(),
                dyo,
                x.array(),
                from,
                dx.array(),
                to,
                pixels);
          } else {
            combined(
                factors,
                gate,
                gateAt,
                gateStep,
                dy.array(),
                dyo,
                x.array(),
                from,
                dx.array(),
                to,
                pixels);
          }
        });
  }

  private static final float[] ONES = ones();

  private static float[] ones() {
    float[] all = new float[L];
    java.util.Arrays.fill(all, 1);
    return all;
  }

  private static void combined(
      float[] factors,
      float[] gate,
      int go,
      int gateStep,
      float[] dy,
      int dyo,
      float[] x,
      int xo,
      float[] dx,
      int to,
      int n) {
    FloatVector a = FloatVector.fromArray(S, factors, 0);
    FloatVector b = FloatVector.fromArray(S, factors, L);
    FloatVector d = FloatVector.fromArray(S, factors, 2 * L);
    FloatVector zero = FloatVector.zero(S);
    for (int p = 0; p < n; p++) {
      FloatVector.fromArray(S, x, xo + p * L)
          .fma(b, passed(zero, gate, go + p * gateStep, dy, dyo + p * L).fma(a, d))
          .intoArray(dx, to + p * L);
    }
  }

  private static void addCombined(
      float[] factors,
      float[] gate,
      int go,
      int gateStep,
      float[] dy,
      int dyo,
      float[] x,
      int xo,
      float[] dx,
      int to,
      int n) {
    FloatVector a = FloatVector.fromArray(S, factors, 0);
    FloatVector b = FloatVector.fromArray(S, factors, L);
    FloatVector d = FloatVector.fromArray(S, factors, 2 * L);
    FloatVector zero = FloatVector.zero(S);
    for (int p = 0; p < n; p++) {
      FloatVector.fromArray(S, x, xo + p * L)
          .fma(b, passed(zero, gate, go + p * gateStep, dy, dyo + p * L).fma(a, d))
          .add(FloatVector.fromArray(S, dx, to + p * L))
          .intoArray(dx, to + p * L);
    }
  }
}
