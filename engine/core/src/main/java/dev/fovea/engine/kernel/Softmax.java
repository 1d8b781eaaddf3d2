package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;

/** Softmax over the middle of {@code [outer, n, inner]}. Thread-safe. */
final class Softmax {

  private static final int TILE = 1 << 12;

  private final Functions functions;
  private final Parallel parallel;

  Softmax(Functions functions, Parallel parallel) {
    this.functions = functions;
    this.parallel = parallel;
  }

  /** Work on {@code width} columns from {@code column} on of one outer index. */
  private interface Columns {
    void run(int outer, int column, int width);
  }

  // The columns of an image are far apart in memory: some at a time, row by row.
  private void columns(int outer, int n, int inner, Columns body) {
    int width = Math.max(1, Math.min(inner, TILE / n));
    int blocks = (inner + width - 1) / width;
    int group = Math.max(1, TILE / (width * n));
    int total = outer * blocks;
    parallel.run(
        (total + group - 1) / group,
        task -> {
          for (int i = task * group; i < Math.min(total, (task + 1) * group); i++) {
            int column = i % blocks * width;
            body.run(i / blocks, column, Math.min(width, inner - column));
          }
        });
  }

  void forward(int outer, int n, int inner, Tensor x, Tensor y) {
    if (outer * n * inner == 0) {
      return;
    }
    if (inner == 1) {
      rows(outer, n, x, y);
      return;
    }
    columns(
        outer,
        n,
        inner,
        (o, column, width) -> {
          Scratch scratch = Scratch.local();
          float[] tile = scratch.array(Scratch.Slot.TILE, n * width);
          // An array of its own: C2 does not vectorise loops over several places in one.
          float[] common = scratch.array(Scratch.Slot.SUMS, width);
          int start = o * n * inner + column;
          Arrays.fill(common, 0, width, Float.NEGATIVE_INFINITY);
          for (int k = 0; k < n; k++) {
            int row = k * width;
            System.arraycopy(x.array(), x.offset() + start + k * inner, tile, row, width);
            for (int j = 0; j < width; j++) {
              common[j] = Math.max(common[j], tile[row + j]);
            }
          }
          for (int k = 0; k < n; k++) {
            int row = k * width;
            for (int j = 0; j < width; j++) {
              tile[row + j] -= common[j];
            }
          }
          functions.exp(tile, 0, n * width);
          Arrays.fill(common, 0, width, 0);
          for (int k = 0; k < n; k++) {
            int row = k * width;
            for (int j = 0; j < width; j++) {
              common[j] += tile[row + j];
            }
          }
          for (int j = 0; j < width; j++) {
            common[j] = 1 / common[j];
          }
          float[] out = y.array();
          for (int k = 0; k < n; k++) {
            int row = k * width;
            int to = y.offset() + start + k * inner;
            for (int j = 0; j < width; j++) {
              out[to + j] = tile[row + j] * common[j];
            }
          }
        });
  }

  private void rows(int rows, int n, Tensor x, Tensor y) {
    float[] in = x.array();
    float[] out = y.array();
    int group = Math.max(1, TILE / n);
    parallel.run(
        (rows + group - 1) / group,
        task -> {
          int first = task * group;
          int end = Math.min(rows, first + group);
          for (int r = first; r < end; r++) {
            int from = x.offset() + r * n;
            float max = Float.NEGATIVE_INFINITY;
            for (int k = 0; k < n; k++) {
              max = Math.max(max, in[from + k]);
            }
            for (int k = 0; k < n; k++) {
              out[y.offset() + r * n + k] = in[from + k] - max;
            }
          }
          functions.exp(out, y.offset() + first * n, (end - first) * n);
          for (int r = first; r < end; r++) {
            int to = y.offset() + r * n;
            float scale = (float) (1 / Sums.sum(out, to, n));
            for (int k = 0; k < n; k++) {
              out[to + k] *= scale;
            }
          }
        });
  }

  void backward(int outer, int n, int inner, Tensor y, Tensor dy, Tensor dx) {
    if (outer * n * inner == 0) {
      return;
    }
    float[] value = y.array();
    float[] gradient = dy.array();
    float[] out = dx.array();
    columns(
        outer,
        n,
        inner,
        (o, column, width) -> {
          float[] dot = Scratch.local().array(Scratch.Slot.TILE, width);
          Arrays.fill(dot, 0, width, 0);
          for (int k = 0; k < n; k++) {
            int at = (o * n + k) * inner + column;
            int yo = y.offset() + at;
            int dyo = dy.offset() + at;
            for (int j = 0; j < width; j++) {
              dot[j] += value[yo + j] * gradient[dyo + j];
            }
          }
          for (int k = 0; k < n; k++) {
            int at = (o * n + k) * inner + column;
            int yo = y.offset() + at;
            int dyo = dy.offset() + at;
            int dxo = dx.offset() + at;
            for (int j = 0; j < width; j++) {
              out[dxo + j] += value[yo + j] * (gradient[dyo + j] - dot[j]);
            }
          }
        });
  }
}
