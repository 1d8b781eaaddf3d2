package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Tensor;

/** Softmax over the middle of {@code [outer, n, inner]}. Thread-safe. */
final class Softmax {

  private static final int BLOCK = 1 << 12;

  private final Parallel parallel;

  Softmax(Parallel parallel) {
    this.parallel = parallel;
  }

  /** Work on the columns {@code from .. to} of one outer index. */
  private interface Columns {
    void run(int outer, int from, int to);
  }

  private void columns(int outer, int n, int inner, Columns body) {
    if (n == 0) {
      return;
    }
    int width = Math.max(1, Math.min(inner, BLOCK / n));
    int blocks = (inner + width - 1) / width;
    int group = Math.max(1, BLOCK / (width * n));
    int total = outer * blocks;
    parallel.run(
        (total + group - 1) / group,
        task -> {
          for (int i = task * group; i < Math.min(total, (task + 1) * group); i++) {
            int from = i % blocks * width;
            body.run(i / blocks, from, Math.min(inner, from + width));
          }
        });
  }

  void forward(int outer, int n, int inner, Tensor x, Tensor y) {
    float[] in = x.array();
    float[] out = y.array();
    columns(
        outer,
        n,
        inner,
        (o, from, to) -> {
          for (int j = from; j < to; j++) {
            int xo = x.offset() + o * n * inner + j;
            int yo = y.offset() + o * n * inner + j;
            float max = Float.NEGATIVE_INFINITY;
            for (int k = 0; k < n; k++) {
              max = Math.max(max, in[xo + k * inner]);
            }
            double sum = 0;
            for (int k = 0; k < n; k++) {
              float e = (float) Math.exp(in[xo + k * inner] - max);
              out[yo + k * inner] = e;
              sum += e;
            }
            float scale = (float) (1 / sum);
            for (int k = 0; k < n; k++) {
              out[yo + k * inner] *= scale;
            }
          }
        });
  }

  void backward(int outer, int n, int inner, Tensor y, Tensor dy, Tensor dx) {
    float[] value = y.array();
    float[] gradient = dy.array();
    float[] out = dx.array();
    columns(
        outer,
        n,
        inner,
        (o, from, to) -> {
          for (int j = from; j < to; j++) {
            int at = o * n * inner + j;
            double dot = 0;
            for (int k = 0; k < n; k++) {
              int i = at + k * inner;
              dot += (double) value[y.offset() + i] * gradient[dy.offset() + i];
            }
            for (int k = 0; k < n; k++) {
              int i = at + k * inner;
              out[dx.offset() + i] +=
                  value[y.offset() + i] * (gradient[dy.offset() + i] - (float) dot);
            }
          }
        });
  }
}
