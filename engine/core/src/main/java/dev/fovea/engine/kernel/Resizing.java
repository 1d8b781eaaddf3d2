package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;

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
              blend(x.array(), top, bottom, rows.weight[r], columns, y.array(), to, w);
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

  // Rows first: neighbouring elements, which vectorises; only then columns.
  private static void blend(
      float[] in, int top, int bottom, float weight, Axis columns, float[] out, int to, int w) {
    float[] row = Scratch.local().array(Scratch.Slot.TILE, w);
    for (int i = 0; i < w; i++) {
      row[i] = in[top + i] + weight * (in[bottom + i] - in[top + i]);
    }
    int[] low = columns.low;
    int[] high = columns.high;
    float[] weights = columns.weight;
    for (int s = 0; s < low.length; s++) {
      float l = row[low[s]];
      out[to + s] = l + weights[s] * (row[high[s]] - l);
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
            if (g.linear()) {
              float[] row = Scratch.local().array(Scratch.Slot.TILE, w);
              Arrays.fill(row, 0, w, 0);
              spread(gradient, from, columns, row);
              float v = rows.weight[r];
              for (int i = 0; i < w; i++) {
                out[top + i] += (1 - v) * row[i];
              }
              for (int i = 0; i < w; i++) {
                out[bottom + i] += v * row[i];
              }
            } else {
              for (int s = 0; s < ow; s++) {
                out[top + columns.low[s]] += gradient[from + s];
              }
            }
          }
        });
  }

  private static void spread(float[] gradient, int from, Axis columns, float[] row) {
    int[] low = columns.low;
    int[] high = columns.high;
    float[] weights = columns.weight;
    for (int s = 0; s < low.length; s++) {
      float d = gradient[from + s];
      float second = weights[s] * d;
      row[low[s]] += d - second;
      row[high[s]] += second;
    }
  }
}
