package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Tensor;

/** What normalisations need, channel by channel of {@code [N, C, ...]}. Thread-safe. */
final class Channels {

  private final Parallel parallel;

  Channels(Parallel parallel) {
    this.parallel = parallel;
  }

  private static int plane(Tensor x) {
    return x.shape().size(2, x.shape().rank());
  }

  private static float at(Tensor t, int i) {
    return t.array()[t.offset() + i];
  }

  void moments(Tensor x, Tensor mean, Tensor variance) {
    int batch = x.shape().dim(0);
    int channels = x.shape().dim(1);
    int plane = plane(x);
    double n = (double) batch * plane;
    parallel.run(
        channels,
        c -> {
          double sum = 0;
          for (int image = 0; image < batch; image++) {
            sum += Sums.sum(x.array(), x.offset() + (image * channels + c) * plane, plane);
          }
          double m = sum / n;
          double squares = 0;
          for (int image = 0; image < batch; image++) {
            int at = x.offset() + (image * channels + c) * plane;
            squares += Sums.squares(x.array(), at, m, plane);
          }
          mean.array()[mean.offset() + c] = (float) m;
          variance.array()[variance.offset() + c] = (float) (squares / n);
        });
  }

  void affine(Tensor x, Tensor scale, Tensor shift, Tensor y) {
    int channels = x.shape().dim(1);
    int plane = plane(x);
    float[] in = x.array();
    float[] out = y.array();
    parallel.run(
        x.shape().dim(0) * channels,
        p -> {
          float a = at(scale, p % channels);
          float b = at(shift, p % channels);
          int from = x.offset() + p * plane;
          int to = y.offset() + p * plane;
          for (int i = 0; i < plane; i++) {
            out[to + i] = a * in[from + i] + b;
          }
        });
  }

  void gradientSums(
      Tensor x, Tensor dy, Tensor mean, Tensor invStd, Tensor sumDy, Tensor sumDyXhat) {
    int batch = x.shape().dim(0);
    int channels = x.shape().dim(1);
    int plane = plane(x);
    parallel.run(
        channels,
        c -> {
          double sum = 0;
          double dot = 0;
          for (int image = 0; image < batch; image++) {
            int at = (image * channels + c) * plane;
            sum += Sums.sum(dy.array(), dy.offset() + at, plane);
            dot +=
                Sums.dot(
                    x.array(), x.offset() + at, at(mean, c), dy.array(), dy.offset() + at, plane);
          }
          sumDy.array()[sumDy.offset() + c] = (float) sum;
          sumDyXhat.array()[sumDyXhat.offset() + c] = (float) (dot * at(invStd, c));
        });
  }

  void combine(Tensor a, Tensor dy, Tensor b, Tensor x, Tensor d, Tensor dx) {
    int channels = x.shape().dim(1);
    int plane = plane(x);
    float[] gradient = dy.array();
    float[] in = x.array();
    float[] out = dx.array();
    parallel.run(
        x.shape().dim(0) * channels,
        p -> {
          float ca = at(a, p % channels);
          float cb = at(b, p % channels);
          float cd = at(d, p % channels);
          int i0 = p * plane;
          int dyo = dy.offset() + i0;
          int xo = x.offset() + i0;
          int to = dx.offset() + i0;
          for (int i = 0; i < plane; i++) {
            out[to + i] += ca * gradient[dyo + i] + cb * in[xo + i] + cd;
          }
        });
  }
}
