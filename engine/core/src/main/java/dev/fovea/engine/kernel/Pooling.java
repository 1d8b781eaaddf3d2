package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.function.IntConsumer;

/** Maximum, mean and p-norm over windows, volume by volume. Thread-safe. */
final class Pooling {

  private final Parallel parallel;

  Pooling(Parallel parallel) {
    this.parallel = parallel;
  }

  /** First kernel index whose position {@code start + k * dilation} is not negative. */
  private static int first(int start, int dilation) {
    return start >= 0 ? 0 : (-start + dilation - 1) / dilation;
  }

  /** One past the last kernel index whose position is less than {@code end}. */
  private static int last(int start, int dilation, int kernel, int end) {
    return start >= end ? 0 : Math.min(kernel, (end - start + dilation - 1) / dilation);
  }

  private static int start(Window.Axis a, int output) {
    return output * a.stride() - a.padBefore();
  }

  private static int first(Window.Axis a, int start) {
    return first(start, a.dilation());
  }

  private static int last(Window.Axis a, int start, int size) {
    return last(start, a.dilation(), a.kernel(), size);
  }

  /** What is done with a row of outputs. */
  private interface OutputRow {
    /** Output row {@code oy} of plane {@code oz} of a volume, whose first element is {@code at}. */
    void accept(int volume, int oz, int oy, int at);
  }

  private void outputRows(Volume out, OutputRow body) {
    parallel.run(
        out.planes(),
        volume -> {
          for (int row = 0; row < out.depth() * out.height(); row++) {
            int at = volume * out.size() + row * out.width();
            body.accept(volume, row / out.height(), row % out.height(), at);
          }
        });
  }

  /** Hands over where each input row begins that the window of an output row covers. */
  private static void inputRows(Window g, Volume in, int volume, int oz, int oy, IntConsumer body) {
    int front = start(g.depth(), oz);
    int top = start(g.rows(), oy);
    int endZ = last(g.depth(), front, in.depth());
    int endY = last(g.rows(), top, in.height());
    for (int kz = first(g.depth(), front); kz < endZ; kz++) {
      int plane = volume * in.depth() + front + kz * g.depth().dilation();
      for (int ky = first(g.rows(), top); ky < endY; ky++) {
        body.accept((plane * in.height() + top + ky * g.dilationH()) * in.width());
      }
    }
  }

  void max(Window g, Tensor x, Tensor y) {
    Volume in = Volume.of(x);
    Volume out = Volume.of(y);
    float[] from = x.array();
    float[] to = y.array();
    outputRows(
        out,
        (volume, oz, oy, at) -> {
          int target = y.offset() + at;
          Arrays.fill(to, target, target + out.width(), Float.NEGATIVE_INFINITY);
          inputRows(
              g,
              in,
              volume,
              oz,
              oy,
              row -> maxOfRow(g, from, x.offset() + row, in.width(), to, target, out.width()));
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
    Volume in = Volume.of(x);
    Volume out = Volume.of(dy);
    float[] from = x.array();
    float[] gradient = dy.array();
    float[] to = dx.array();
    outputRows(
        out,
        (volume, oz, oy, at) -> {
          int start = volume * in.size();
          for (int ox = 0; ox < out.width(); ox++) {
            int best = argmax(g, from, x.offset() + start, in, oz, oy, ox);
            if (best >= 0) {
              to[dx.offset() + start + best] += gradient[dy.offset() + at + ox];
            }
          }
        });
  }

  /** Where each maximum stands, as an index into all of {@code x}. */
  void maxIndices(Window g, Tensor x, Tensor indices) {
    Volume in = Volume.of(x);
    Volume out = Volume.of(indices);
    outputRows(
        out,
        (volume, oz, oy, at) -> {
          int start = volume * in.size();
          for (int ox = 0; ox < out.width(); ox++) {
            int best = argmax(g, x.array(), x.offset() + start, in, oz, oy, ox);
            indices.array()[indices.offset() + at + ox] = start + Math.max(best, 0);
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

  // Index in the volume that begins at 'image'; -1 if the window lies in the padding altogether.
  private static int argmax(Window g, float[] in, int image, Volume v, int oz, int oy, int ox) {
    int top = start(g.rows(), oy);
    int left = start(g.columns(), ox);
    int w = v.width();
    int endY = last(g.rows(), top, v.height());
    int endX = last(g.columns(), left, w);
    int startX = first(g.columns(), left);
    if (g.dimensions() == 2
        && g.kernelH() == 2
        && g.kernelW() == 2
        && endY == 2
        && endX == 2
        && top >= 0
        && left >= 0
        && g.dilationH() == 1
        && g.dilationW() == 1) {
      return argmaxOfFour(in, image, w, top * w + left);
    }
    int front = start(g.depth(), oz);
    int endZ = last(g.depth(), front, v.depth());
    int best = -1;
    float max = Float.NEGATIVE_INFINITY;
    for (int kz = first(g.depth(), front); kz < endZ; kz++) {
      int plane = (front + kz * g.depth().dilation()) * v.height();
      for (int ky = first(g.rows(), top); ky < endY; ky++) {
        int row = (plane + top + ky * g.dilationH()) * w + left;
        for (int kx = startX; kx < endX; kx++) {
          int at = row + kx * g.dilationW();
          float value = in[image + at];
          if (value > max || best < 0) {
            max = value;
            best = at;
          }
        }
      }
    }
    return best;
  }

  void average(Window g, boolean countPadding, Tensor x, Tensor y) {
    Volume in = Volume.of(x);
    Volume out = Volume.of(y);
    float[] from = x.array();
    float[] to = y.array();
    float[] shares = shares(g, countPadding, in, out);
    outputRows(
        out,
        (volume, oz, oy, at) -> {
          int target = y.offset() + at;
          Arrays.fill(to, target, target + out.width(), 0);
          inputRows(
              g,
              in,
              volume,
              oz,
              oy,
              row -> addRow(g, from, x.offset() + row, in.width(), to, target, out.width()));
          int share = at - volume * out.size();
          for (int ox = 0; ox < out.width(); ox++) {
            to[target + ox] *= shares[share + ox];
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
    Volume in = Volume.of(dx);
    Volume out = Volume.of(dy);
    float[] gradient = dy.array();
    float[] to = dx.array();
    float[] shares = shares(g, countPadding, in, out);
    outputRows(
        out,
        (volume, oz, oy, at) -> {
          int from = dy.offset() + at;
          int share = at - volume * out.size();
          inputRows(
              g,
              in,
              volume,
              oz,
              oy,
              row -> {
                for (int ox = 0; ox < out.width(); ox++) {
                  float d = gradient[from + ox] * shares[share + ox];
                  int left = start(g.columns(), ox);
                  int end = last(g.columns(), left, in.width());
                  for (int kx = first(g.columns(), left); kx < end; kx++) {
                    to[dx.offset() + row + left + kx * g.dilationW()] += d;
                  }
                }
              });
        });
  }

  // One over the number of positions that count, for each output; 0 where none does.
  private static float[] shares(Window g, boolean countPadding, Volume in, Volume out) {
    int[] planes = g.depth().counted(in.depth(), out.depth(), countPadding);
    int[] rows = g.rows().counted(in.height(), out.height(), countPadding);
    int[] columns = g.columns().counted(in.width(), out.width(), countPadding);
    float[] share = new float[out.size()];
    int at = 0;
    for (int plane : planes) {
      for (int row : rows) {
        for (int column : columns) {
          int n = plane * row * column;
          share[at++] = n == 0 ? 0 : 1f / n;
        }
      }
    }
    return share;
  }

  void power(Window g, int p, Tensor x, Tensor y) {
    Volume in = Volume.of(x);
    Volume out = Volume.of(y);
    outputRows(
        out,
        (volume, oz, oy, at) -> {
          double[] sums = new double[out.width()];
          inputRows(g, in, volume, oz, oy, row -> addPowers(g, p, x, row, in.width(), sums));
          for (int ox = 0; ox < out.width(); ox++) {
            y.array()[y.offset() + at + ox] = (float) root(sums[ox], p);
          }
        });
  }

  // In double: in float, the powers of moderate numbers overflow.
  private static void addPowers(Window g, int p, Tensor x, int row, int w, double[] sums) {
    for (int ox = 0; ox < sums.length; ox++) {
      int left = start(g.columns(), ox);
      int end = last(g.columns(), left, w);
      for (int kx = first(g.columns(), left); kx < end; kx++) {
        sums[ox] += power(x.array()[x.offset() + row + left + kx * g.dilationW()], p);
      }
    }
  }

  private static double power(float x, int p) {
    double a = Math.abs((double) x);
    return p == 1 ? a : p == 2 ? a * a : Math.pow(a, p);
  }

  private static double root(double x, int p) {
    return p == 1 ? x : p == 2 ? Math.sqrt(x) : Math.pow(x, 1.0 / p);
  }

  void powerBackward(Window g, int p, Tensor x, Tensor y, Tensor dy, Tensor dx) {
    Volume in = Volume.of(dx);
    Volume out = Volume.of(dy);
    outputRows(
        out,
        (volume, oz, oy, at) ->
            inputRows(
                g,
                in,
                volume,
                oz,
                oy,
                row -> {
                  for (int ox = 0; ox < out.width(); ox++) {
                    float norm = y.array()[y.offset() + at + ox];
                    float d = dy.array()[dy.offset() + at + ox];
                    int left = start(g.columns(), ox);
                    int end = norm == 0 ? 0 : last(g.columns(), left, in.width());
                    for (int kx = first(g.columns(), left); kx < end; kx++) {
                      int from = row + left + kx * g.dilationW();
                      float v = x.array()[x.offset() + from];
                      dx.array()[dx.offset() + from] +=
                          d * Math.signum(v) * (float) power(v / norm, p - 1);
                    }
                  }
                }));
  }
}
