package dev.fovea.engine.kernel;

/**
 * Elementwise functions on stretches of arrays, in plain Java; implementations with vector
 * instructions override what they do better. Stateless and thread-safe.
 *
 * <p>What an element becomes does not depend on its position: a picture gets the same result alone
 * and in a batch.
 *
 * <p>A choice between two floats is written as a choice between their bits: C2 compiles that of
 * ints to a conditional move, that of floats to a branch, ten times slower where signs are random.
 */
public class Functions {

  /** Stateless. */
  protected Functions() {}

  /** {@code a = exp(a)}. */
  protected void exp(float[] a, int start, int n) {
    for (int i = start; i < start + n; i++) {
      a[i] = (float) Math.exp(a[i]);
    }
  }

  /** {@link Kernels#unary} for elements {@code x[xo ..]} and {@code y[yo ..]}. */
  protected void unary(Unary f, float alpha, float[] x, int xo, float[] y, int yo, int n) {
    switch (f) {
      case RELU -> {
        for (int i = 0; i < n; i++) {
          y[yo + i] = Math.max(x[xo + i], 0f);
        }
      }
      case LEAKY_RELU -> {
        for (int i = 0; i < n; i++) {
          float v = x[xo + i];
          y[yo + i] = choose(v >= 0, v, alpha * v);
        }
      }
      case SIGMOID -> {
        for (int i = 0; i < n; i++) {
          y[yo + i] = (float) (1 / (1 + Math.exp(-x[xo + i])));
        }
      }
      case TANH -> {
        for (int i = 0; i < n; i++) {
          y[yo + i] = (float) Math.tanh(x[xo + i]);
        }
      }
    }
  }

  /**
   * {@link Kernels#unaryBackward}.
   *
   * @param v the argument for (leaky) ReLU, the value for the others
   */
  protected void unaryBackward(
      Unary f, float alpha, float[] v, int vo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    switch (f) {
      case RELU -> {
        for (int i = 0; i < n; i++) {
          dx[dxo + i] += choose(v[vo + i] > 0, dy[dyo + i], 0);
        }
      }
      case LEAKY_RELU -> {
        for (int i = 0; i < n; i++) {
          float d = dy[dyo + i];
          dx[dxo + i] += choose(v[vo + i] >= 0, d, alpha * d);
        }
      }
      case SIGMOID -> {
        for (int i = 0; i < n; i++) {
          dx[dxo + i] += v[vo + i] * (1 - v[vo + i]) * dy[dyo + i];
        }
      }
      case TANH -> {
        for (int i = 0; i < n; i++) {
          dx[dxo + i] += (1 - v[vo + i] * v[vo + i]) * dy[dyo + i];
        }
      }
    }
  }

  static float choose(boolean condition, float yes, float no) {
    int bits = condition ? Float.floatToRawIntBits(yes) : Float.floatToRawIntBits(no);
    return Float.intBitsToFloat(bits);
  }
}
