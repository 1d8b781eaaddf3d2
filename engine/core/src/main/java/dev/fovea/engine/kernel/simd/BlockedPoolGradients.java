package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Gradients of poolings of channel-blocked images. Thread-safe. */
final class BlockedPoolGradients {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.COUNT;

  private final Parallel parallel;

  BlockedPoolGradients(Parallel parallel) {
    this.parallel = parallel;
  }

  /**
   * Adds each gradient to the first of the largest values under its window.
   *
   * @param accumulate adds to {@code dx} if true, else overwrites it
   */
  void max(Window g, Tensor x, Tensor y, Tensor dy, boolean accumulate, Tensor dx) {
    int inH = x.shape().dim(2);
    int inW = x.shape().dim(3);
    int outH = y.shape().dim(2);
    int outW = y.shape().dim(3);
    int in = inH * inW * L;
    int out = outH * outW * L;
    int taps = g.kernelH() * g.kernelW();
    parallel.run(
        x.shape().dim(0) * x.shape().dim(1),
        plane -> {
          int[] shifts = new int[taps];
          int xo = x.offset() + plane * in;
          int to = dx.offset() + plane * in;
          if (!accumulate) {
            Arrays.fill(dx.array(), to, to + in, 0);
          }
          int run;
          for (int i = 0; i < outH * outW; i += run) {
            run = run(g, i % outW, outW, inW);
            int n = inside(g, i / outW, i % outW, inH, inW, shifts);
            first(
                run,
                g.strideW() * L,
                n,
                shifts,
                x.array(),
                xo,
                y.array(),
                y.offset() + plane * out + i * L,
                dy.array(),
                dy.offset() + plane * out + i * L,
                dx.array(),
                to);
          }
        });
  }

  /** How many outputs of a row, from a column on, have the same taps inside the image. */
  private static int run(Window g, int column, int outW, int inW) {
    int left = column * g.strideW() - g.padLeft();
    int last = inW - g.extentW();
    if (left < 0 || left > last) {
      return 1;
    }
    return Math.min(outW - column, (last - left) / g.strideW() + 1);
  }

  /** Adds its share of each gradient to the pixels under a window. */
  void average(Window g, boolean countPadding, Tensor dy, Tensor dx) {
    int inH = dx.shape().dim(2);
    int inW = dx.shape().dim(3);
    int outH = dy.shape().dim(2);
    int outW = dy.shape().dim(3);
    int[] rows = g.rows().counted(inH, outH, countPadding);
    int[] columns = g.columns().counted(inW, outW, countPadding);
    int taps = g.kernelH() * g.kernelW();
    parallel.run(
        dx.shape().dim(0) * dx.shape().dim(1),
        plane -> {
          int[] shifts = new int[taps];
          int from = dy.offset() + plane * outH * outW * L;
          int to = dx.offset() + plane * inH * inW * L;
          for (int i = 0; i < outH * outW; i++) {
            int n = inside(g, i / outW, i % outW, inH, inW, shifts);
            int counted = rows[i / outW] * columns[i % outW];
            float share = counted == 0 ? 0 : 1f / counted;
            spread(n, shifts, share, dy.array(), from + i * L, dx.array(), to);
          }
        });
  }

  private static void spread(
      int n, int[] shifts, float share, float[] dy, int dyo, float[] dx, int dxo) {
    FloatVector part = FloatVector.fromArray(S, dy, dyo).mul(share);
    for (int t = 0; t < n; t++) {
      FloatVector.fromArray(S, dx, dxo + shifts[t]).add(part).intoArray(dx, dxo + shifts[t]);
    }
  }

  /** Where the pixels under a window lie that are inside the image; returns how many. */
  private static int inside(Window g, int row, int column, int inH, int inW, int[] shifts) {
    int n = 0;
    int top = row * g.strideH() - g.padTop();
    int left = column * g.strideW() - g.padLeft();
    for (int ky = 0; ky < g.kernelH(); ky++) {
      int r = top + ky * g.dilationH();
      for (int kx = 0; kx < g.kernelW() && r >= 0 && r < inH; kx++) {
        int c = left + kx * g.dilationW();
        if (c >= 0 && c < inW) {
          shifts[n++] = (r * inW + c) * L;
        }
      }
    }
    return n;
  }

  // What a pixel takes is no longer there for those after it.
  private static void first(
      int run,
      int step,
      int n,
      int[] shifts,
      float[] x,
      int xo,
      float[] y,
      int yo,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo) {
    FloatVector zero = FloatVector.zero(S);
    for (int i = 0; i < run; i++) {
      FloatVector largest = FloatVector.fromArray(S, y, yo + i * L);
      FloatVector rest = FloatVector.fromArray(S, dy, dyo + i * L);
      for (int t = 0; t < n; t++) {
        int at = shifts[t] + i * step;
        VectorMask<Float> found = FloatVector.fromArray(S, x, xo + at).eq(largest);
        FloatVector.fromArray(S, dx, dxo + at).add(zero.blend(rest, found)).intoArray(dx, dxo + at);
        rest = rest.blend(zero, found);
      }
    }
  }
}
