package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;

/** Maximum and mean over windows, plane by plane. Thread-safe. */
final class Pooling {

  private final Parallel parallel;

  Pooling(Parallel parallel) {
    this.parallel = parallel;
  }

  private static int planes(Tensor t) {
    return t.shape().dim(0) * t.shape().dim(1);
  }

  /** First kernel index whose position {@code start + k * dilation} is not negative. */
  private static int first(int start, int dilation) {
    return start >= 0 ? 0 : (-start + dilation - 1) / dilation;
  }

  /** One past the last kernel index whose position is less than {@code end}. */
  private static int last(int start, int dilation, int kernel, int end) {
    return start >= end ? 0 : Math.min(kernel, (end - start + dilation - 1) / dilation);
  }

  void max(Window g, Tensor x, Tensor y) {
    int h = x.shape().dim(2);
    int w = x.shape().dim(3);
    int oh = y.shape().dim(2);
    int ow = y.shape().dim(3);
    float[] in = x.array();
    float[] out = y.array();
    parallel.run(
        planes(y),
        plane -> {
          int image = x.offset() + plane * h * w;
          for (int oy = 0; oy < oh; oy++) {
            int to = y.offset() + (plane * oh + oy) * ow;
            Arrays.fill(out, to, to + ow, Float.NEGATIVE_INFINITY);
            int top = oy * g.strideH() - g.padTop();
            int end = last(top, g.dilationH(), g.kernelH(), h);
            for (int ky = first(top, g.dilationH()); ky < end; ky++) {
              maxOfRow(g, in, image + (top + ky * g.dilationH()) * w, w, out, to, ow);
            }
          }
        });
  }

  private static void maxOfRow(Window g, float[] in, int row, int w, float[] out, int to, int ow) {
    int stride = g.strideW();
    for (int kx = 0; kx < g.kernelW(); kx++) {
      int shift = kx * g.dilationW() - g.padLeft();
      int from = Math.min(ow, first(shift, stride));
      int end = last(shift, stride, ow, w);
      for (int ox = from; ox < end; ox++) {
        // Not a conditional expression: C2 would branch, tens of times slower.
        out[to + ox] = Math.max(out[to + ox], in[row + shift + ox * stride]);
      }
    }
  }

  void maxBackward(Window g, Tensor x, Tensor dy, Tensor dx) {
    int h = x.shape().dim(2);
    int w = x.shape().dim(3);
    int oh = dy.shape().dim(2);
    int ow = dy.shape().dim(3);
    float[] in = x.array();
    float[] gradient = dy.array();
    float[] out = dx.array();
    parallel.run(
        planes(dy),
        plane -> {
          int image = plane * h * w;
          int from = dy.offset() + plane * oh * ow;
          for (int oy = 0; oy < oh; oy++) {
            int top = oy * g.strideH() - g.padTop();
            for (int ox = 0; ox < ow; ox++) {
              int left = ox * g.strideW() - g.padLeft();
              int best = argmax(g, in, x.offset() + image, h, w, top, left);
              if (best >= 0) {
                out[dx.offset() + image + best] += gradient[from + oy * ow + ox];
              }
            }
          }
        });
  }

  // The usual window, without loops: C2 then chooses between ints by conditional moves.
  private static int argmaxOfFour(float[] in, int image, int w, int at) {
    float a = in[image + at];
    float b = in[image + at + 1];
    float c = in[image + at + w];
    float d = in[image + at + w + 1];
    int upper = b > a ? 1 : 0;
    int lower = d > c ? w + 1 : w;
    return at + (Math.max(c, d) > Math.max(a, b) ? lower : upper);
  }

  // Index in the plane; -1 if the window lies in the padding altogether.
  private static int argmax(Window g, float[] in, int image, int h, int w, int top, int left) {
    int endY = last(top, g.dilationH(), g.kernelH(), h);
    int endX = last(left, g.dilationW(), g.kernelW(), w);
    int startX = first(left, g.dilationW());
    if (g.kernelH() == 2
        && g.kernelW() == 2
        && endY == 2
        && endX == 2
        && top >= 0
        && left >= 0
        && g.dilationH() == 1
        && g.dilationW() == 1) {
      return argmaxOfFour(in, image, w, top * w + left);
    }
    int startY = first(top, g.dilationH());
    if (startY >= endY || startX >= endX) {
      return -1;
    }
    int best = (top + startY * g.dilationH()) * w + left + startX * g.dilationW();
    float max = in[image + best];
    for (int ky = startY; ky < endY; ky++) {
      int row = (top + ky * g.dilationH()) * w + left;
      for (int kx = startX; kx < endX; kx++) {
        int at = row + kx * g.dilationW();
        float v = in[image + at];
        if (v > max) {
          max = v;
          best = at;
        }
      }
    }
    return best;
  }

  void average(Window g, boolean countPadding, Tensor x, Tensor y) {
    int h = x.shape().dim(2);
    int w = x.shape().dim(3);
    int oh = y.shape().dim(2);
    int ow = y.shape().dim(3);
    float[] in = x.array();
    float[] out = y.array();
    float[] shares = shares(g, countPadding, h, w, oh, ow);
    parallel.run(
        planes(y),
        plane -> {
          int image = x.offset() + plane * h * w;
          for (int oy = 0; oy < oh; oy++) {
            int to = y.offset() + (plane * oh + oy) * ow;
            Arrays.fill(out, to, to + ow, 0);
            int top = oy * g.strideH() - g.padTop();
            int end = last(top, g.dilationH(), g.kernelH(), h);
            for (int ky = first(top, g.dilationH()); ky < end; ky++) {
              addRow(g, in, image + (top + ky * g.dilationH()) * w, w, out, to, ow);
            }
            for (int ox = 0; ox < ow; ox++) {
              out[to + ox] *= shares[oy * ow + ox];
            }
          }
        });
  }

  private static void addRow(Window g, float[] in, int row, int w, float[] out, int to, int ow) {
    int stride = g.strideW();
    for (int kx = 0; kx < g.kernelW(); kx++) {
      int shift = kx * g.dilationW() - g.padLeft();
      int end = last(shift, stride, ow, w);
      for (int ox = Math.min(ow, first(shift, stride)); ox < end; ox++) {
        out[to + ox] += in[row + shift + ox * stride];
      }
    }
  }

  void averageBackward(Window g, boolean countPadding, Tensor dy, Tensor dx) {
    int h = dx.shape().dim(2);
    int w = dx.shape().dim(3);
    int oh = dy.shape().dim(2);
    int ow = dy.shape().dim(3);
    float[] gradient = dy.array();
    float[] out = dx.array();
    float[] shares = shares(g, countPadding, h, w, oh, ow);
    parallel.run(
        planes(dy),
        plane -> {
          int image = dx.offset() + plane * h * w;
          int from = dy.offset() + plane * oh * ow;
          for (int oy = 0; oy < oh; oy++) {
            int top = oy * g.strideH() - g.padTop();
            int end = last(top, g.dilationH(), g.kernelH(), h);
            for (int ky = first(top, g.dilationH()); ky < end; ky++) {
              int row = image + (top + ky * g.dilationH()) * w;
              for (int ox = 0; ox < ow; ox++) {
                float share = gradient[from + oy * ow + ox] * shares[oy * ow + ox];
                int left = ox * g.strideW() - g.padLeft();
                int endX = last(left, g.dilationW(), g.kernelW(), w);
                for (int kx = first(left, g.dilationW()); kx < endX; kx++) {
                  out[row + left + kx * g.dilationW()] += share;
                }
              }
            }
          }
        });
  }

  // One over the number of positions that count, for each output; 0 where none does.
  private static float[] shares(Window g, boolean countPadding, int h, int w, int oh, int ow) {
    float[] share = new float[oh * ow];
    for (int oy = 0; oy < oh; oy++) {
      int top = oy * g.strideH() - g.padTop();
      int rows = counted(top, g.dilationH(), g.kernelH(), h, g.padBottom(), countPadding);
      for (int ox = 0; ox < ow; ox++) {
        int left = ox * g.strideW() - g.padLeft();
        int n = rows * counted(left, g.dilationW(), g.kernelW(), w, g.padRight(), countPadding);
        share[oy * ow + ox] = n == 0 ? 0 : 1f / n;
      }
    }
    return share;
  }

  private static int counted(
      int start, int dilation, int kernel, int size, int padEnd, boolean countPadding) {
    if (countPadding) {
      return last(start, dilation, kernel, size + padEnd);
    }
    return Math.max(0, last(start, dilation, kernel, size) - first(start, dilation));
  }
}
