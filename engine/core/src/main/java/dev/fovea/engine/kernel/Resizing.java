package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Tensor;

/** Resizes planes. Thread-safe. */
final class Resizing {

  private static final int BAND = 1 << 15;

  private final Parallel parallel;

  Resizing(Parallel parallel) {
    this.parallel = parallel;
  }

  /** For each output index of one dimension: two source indices and the weight of the second. */
  private record Axis(int[] low, int[] high, float[] weight) {
    static Axis of(Interpolation g, int in, int out, float scale) {
      Axis axis = new Axis(new int[out], new int[out], new float[out]);
      for (int o = 0; o < out; o++) {
        float source = g.source(o, in, out, scale);
        if (g.linear()) {
          float clamped = Math.min(Math.max(source, 0), in - 1);
          int i = (int) clamped;
          axis.low[o] = i;
          axis.high[o] = Math.min(i + 1, in - 1);
          axis.weight[o] = clamped - i;
        } else {
          axis.low[o] = g.nearest(source, in);
          axis.high[o] = axis.low[o];
        }
      }
      return axis;
    }
  }

  void forward(Interpolation g, Tensor x, Tensor y) {
    int h = x.shape().dim(2);
    int w = x.shape().dim(3);
    int oh = y.shape().dim(2);
    int ow = y.shape().dim(3);
    if (y.size() == 0) {
      return;
    }
    Axis rows = Axis.of(g, h, oh, g.scaleH());
    Axis columns = Axis.of(g, w, ow, g.scaleW());
    int planes = y.size() / (oh * ow);
    int height = Math.max(1, Math.min(oh, BAND / ow));
    int bands = (oh + height - 1) / height;
    parallel.run(
        planes * bands,
        task -> {
          int plane = task / bands;
          int end = Math.min(oh, (task % bands + 1) * height);
          for (int r = task % bands * height; r < end; r++) {
            int top = x.offset() + (plane * h + rows.low[r]) * w;
            int bottom = x.offset() + (plane * h + rows.high[r]) * w;
            int to = y.offset() + (plane * oh + r) * ow;
            if (g.linear()) {
              blend(x.array(), top, bottom, rows.weight[r], columns, y.array(), to, ow);
            } else {
              pick(x.array(), top, columns.low, y.array(), to, ow);
            }
          }
        });
  }

  private static void pick(float[] in, int row, int[] columns, float[] out, int to, int n) {
    for (int s = 0; s < n; s++) {
      out[to + s] = in[row + columns[s]];
    }
  }

  private static void blend(
      float[] in, int top, int bottom, float weight, Axis columns, float[] out, int to, int n) {
    for (int s = 0; s < n; s++) {
      int l = columns.low[s];
      int r = columns.high[s];
      float u = columns.weight[s];
      float a = in[top + l] + u * (in[top + r] - in[top + l]);
      float b = in[bottom + l] + u * (in[bottom + r] - in[bottom + l]);
      out[to + s] = a + weight * (b - a);
    }
  }

  void backward(Interpolation g, Tensor dy, Tensor dx) {
    int h = dx.shape().dim(2);
    int w = dx.shape().dim(3);
    int oh = dy.shape().dim(2);
    int ow = dy.shape().dim(3);
    if (dy.size() == 0 || dx.size() == 0) {
      return;
    }
    Axis rows = Axis.of(g, h, oh, g.scaleH());
    Axis columns = Axis.of(g, w, ow, g.scaleW());
    float[] gradient = dy.array();
    float[] out = dx.array();
    parallel.run(
        dy.size() / (oh * ow),
        plane -> {
          for (int r = 0; r < oh; r++) {
            int from = dy.offset() + (plane * oh + r) * ow;
            int top = dx.offset() + (plane * h + rows.low[r]) * w;
            int bottom = dx.offset() + (plane * h + rows.high[r]) * w;
            float v = rows.weight[r];
            for (int s = 0; s < ow; s++) {
              float d = gradient[from + s];
              int l = columns.low[s];
              if (g.linear()) {
                int q = columns.high[s];
                float u = columns.weight[s];
                out[top + l] += (1 - v) * (1 - u) * d;
                out[top + q] += (1 - v) * u * d;
                out[bottom + l] += v * (1 - u) * d;
                out[bottom + q] += v * u * d;
              } else {
                out[top + l] += d;
              }
            }
          }
        });
  }
}
