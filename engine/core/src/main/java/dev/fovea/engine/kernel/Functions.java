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
  protected void unary(
      Unary f, float alpha, float beta, float[] x, int xo, float[] y, int yo, int n) {
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
      case SWISH -> {
        float[] s = swishGate(alpha, x, xo, n);
        for (int i = 0; i < n; i++) {
          y[yo + i] = x[xo + i] * s[i];
        }
      }
      case CLIP -> {
        for (int i = 0; i < n; i++) {
          y[yo + i] = Math.min(Math.max(x[xo + i], alpha), beta);
        }
      }
      case EXP -> {
        System.arraycopy(x, xo, y, yo, n);
        exp(y, yo, n);
      }
      case SQRT -> {
        for (int i = 0; i < n; i++) {
          y[yo + i] = (float) Math.sqrt(x[xo + i]);
        }
      }
      case RECIPROCAL -> {
        for (int i = 0; i < n; i++) {
          y[yo + i] = 1 / x[xo + i];
        }
      }
      case ABS -> {
        for (int i = 0; i < n; i++) {
          y[yo + i] = Math.abs(x[xo + i]);
        }
      }
      case NEG -> {
        for (int i = 0; i < n; i++) {
          y[yo + i] = -x[xo + i];
        }
      }
      default -> {
        for (int i = 0; i < n; i++) {
          y[yo + i] = (float) Curves.value(f, alpha, beta, x[xo + i]);
        }
      }
    }
  }

  /**
   * {@link Kernels#unaryBackward}.
   *
   * @param v the function's value where its derivative is computed from that, else its argument
   */
  protected void unaryBackward(
      Unary f,
      float alpha,
      float beta,
      float[] v,
      int vo,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo,
      int n) {
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
      case SWISH -> {
        float[] s = swishGate(alpha, v, vo, n);
        for (int i = 0; i < n; i++) {
          dx[dxo + i] += dy[dyo + i] * s[i] * (1 + alpha * v[vo + i] * (1 - s[i]));
        }
      }
      case CLIP -> {
        for (int i = 0; i < n; i++) {
          boolean inside = v[vo + i] >= alpha && v[vo + i] <= beta;
          dx[dxo + i] += choose(inside, dy[dyo + i], 0);
        }
      }
      default -> {
        for (int i = 0; i < n; i++) {
          dx[dxo + i] += (float) (Curves.derivative(f, alpha, beta, v[vo + i]) * dy[dyo + i]);
        }
      }
    }
  }

  /** The sigmoid of {@code alpha x}, valid until the thread's next call. */
  private float[] swishGate(float alpha, float[] x, int xo, int n) {
    float[] s = Scratch.local().array(Scratch.Slot.GATE, n);
    for (int i = 0; i < n; i++) {
      s[i] = alpha * x[xo + i];
    }
    unary(Unary.SIGMOID, 0, 0, s, 0, s, 0, n);
    return s;
  }

  static float choose(boolean condition, float yes, float no) {
    int bits = condition ? Float.floatToRawIntBits(yes) : Float.floatToRawIntBits(no);
    return Float.intBitsToFloat(bits);
  }
}
