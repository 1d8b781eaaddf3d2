package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Resizes sequences, images and volumes, one dimension after the other. Nearest and linear
 * interpolation of images are what networks use, and have loops of their own. Thread-safe.
 */
final class Resizing {

  private static final int BAND = 1 << 15;

  private final Parallel parallel;

  Resizing(Parallel parallel) {
    this.parallel = parallel;
  }

  /** For each output index of one dimension: two source indices and the weight of the second. */
  private record Axis(int[] low, int[] high, float[] weight) {
    static Axis of(Interpolation g, int d, int in, int out) {
      Axis axis = new Axis(new int[out], new int[out], new float[out]);
      for (int o = 0; o < out; o++) {
        float source = g.source(d, o, in, out);
        if (linear(g)) {
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

  private static boolean linear(Interpolation g) {
    return g.filter().method() == Interpolation.Method.LINEAR;
  }

  private static boolean plain(Interpolation g) {
    return g.scales().size() == 2
        && g.filter().method() != Interpolation.Method.CUBIC
        && g.coordinates() != Interpolation.Coordinates.TF_CROP_AND_RESIZE
        && !g.filter().antialias()
        && !g.filter().excludeOutside();
  }

  void forward(Interpolation g, Tensor x, Tensor y) {
    if (x.size() == 0 || y.size() == 0) {
      return;
    }
    if (plain(g)) {
      images(g, x, y);
    } else {
      Passes passes = new Passes(g, x, y);
      parallel.run(passes.out.planes(), volume -> passes.forward(volume, x, y));
    }
  }

  void backward(Interpolation g, Tensor dy, Tensor dx) {
    if (dy.size() == 0 || dx.size() == 0) {
      return;
    }
    if (plain(g)) {
      imagesBackward(g, dy, dx);
    } else {
      Passes passes = new Passes(g, dx, dy);
      parallel.run(passes.out.planes(), volume -> passes.backward(volume, dy, dx));
    }
  }

  /** One map for each dimension: depth, then rows, then columns. */
  private static final class Passes {
    final Volume in;
    final Volume out;
    final Taps depth;
    final Taps rows;
    final Taps columns;
    final Interpolation interpolation;

    Passes(Interpolation g, Tensor x, Tensor y) {
      in = Volume.of(x);
      out = Volume.of(y);
      interpolation = inSpace(g);
      Interpolation all = interpolation;
      depth = Taps.of(all, 0, in.depth(), out.depth());
      rows = Taps.of(all, 1, in.height(), out.height());
      columns = Taps.of(all, 2, in.width(), out.width());
    }

    /** With dimensions of the extent 1 before those there are, up to three. */
    private static Interpolation inSpace(Interpolation g) {
      int missing = 3 - g.scales().size();
      Interpolation.Region r = g.region();
      return new Interpolation(
          g.filter(),
          g.coordinates(),
          g.rounding(),
          longer(missing, 1, g.scales()),
          r.starts().isEmpty()
              ? r
              : new Interpolation.Region(
                  longer(missing, 0, r.starts()), longer(missing, 1, r.ends()), r.outside()));
    }

    private static List<Float> longer(int missing, float value, List<Float> list) {
      List<Float> all = new ArrayList<>(Collections.nCopies(missing, value));
      all.addAll(list);
      return all;
    }

    private float[] deep() {
      return Scratch.local().array(Scratch.Slot.RESIZED_DEPTH, deepSize());
    }

    private int deepSize() {
      return out.depth() * in.height() * in.width();
    }

    private float[] high() {
      return Scratch.local().array(Scratch.Slot.RESIZED_ROWS, highSize());
    }

    private int highSize() {
      return out.depth() * out.height() * in.width();
    }

    void forward(int volume, Tensor x, Tensor y) {
      float[] deep = deep();
      float[] high = high();
      int plane = in.height() * in.width();
      depth.apply(x.array(), x.offset() + volume * in.size(), 1, plane, deep, 0);
      rows.apply(deep, 0, out.depth(), in.width(), high, 0);
      int to = y.offset() + volume * out.size();
      columns.apply(high, 0, out.depth() * out.height(), 1, y.array(), to);
      if (interpolation.coordinates() == Interpolation.Coordinates.TF_CROP_AND_RESIZE) {
        fillBeyond(y.array(), to);
      }
    }

    /** What no input has gone into along some dimension lies outside. */
    private void fillBeyond(float[] y, int to) {
      float outside = interpolation.region().outside();
      for (int row = 0; row < out.depth() * out.height(); row++) {
        boolean empty = depth.isEmpty(row / out.height()) || rows.isEmpty(row % out.height());
        for (int x = 0; x < out.width(); x++) {
          if (empty || columns.isEmpty(x)) {
            y[to + row * out.width() + x] = outside;
          }
        }
      }
    }

    void backward(int volume, Tensor dy, Tensor dx) {
      float[] deep = deep();
      float[] high = high();
      Arrays.fill(deep, 0, deepSize(), 0);
      Arrays.fill(high, 0, highSize(), 0);
      int from = dy.offset() + volume * out.size();
      columns.applyAdjoint(dy.array(), from, out.depth() * out.height(), 1, high, 0);
      rows.applyAdjoint(high, 0, out.depth(), in.width(), deep, 0);
      int plane = in.height() * in.width();
      depth.applyAdjoint(deep, 0, 1, plane, dx.array(), dx.offset() + volume * in.size());
    }
  }

  private void images(Interpolation g, Tensor x, Tensor y) {
    int h = x.shape().dim(2);
    int w = x.shape().dim(3);
    int oh = y.shape().dim(2);
    int ow = y.shape().dim(3);
    Axis rows = Axis.of(g, 0, h, oh);
    Axis columns = Axis.of(g, 1, w, ow);
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
            if (linear(g)) {
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

  private void imagesBackward(Interpolation g, Tensor dy, Tensor dx) {
    int h = dx.shape().dim(2);
    int w = dx.shape().dim(3);
    int oh = dy.shape().dim(2);
    int ow = dy.shape().dim(3);
    Axis rows = Axis.of(g, 0, h, oh);
    Axis columns = Axis.of(g, 1, w, ow);
    float[] gradient = dy.array();
    float[] out = dx.array();
    parallel.run(
        dy.size() / (oh * ow),
        plane -> {
          for (int r = 0; r < oh; r++) {
            int from = dy.offset() + (plane * oh + r) * ow;
            int top = dx.offset() + (plane * h + rows.low[r]) * w;
            int bottom = dx.offset() + (plane * h + rows.high[r]) * w;
            if (linear(g)) {
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
