package dev.fovea.engine.kernel;

import java.util.Arrays;

/** Elementwise functions of two arguments on stretches of arrays. */
final class BinaryRows {

  /** Elements at a time: few enough that a repeated operand stays in the first cache. */
  private static final int BLOCK = 1024;

  private BinaryRows() {}

  /**
   * {@code y = f(a, b)}; a step of 0 takes one element of an operand for all, 1 takes each in turn.
   */
  static void row(
      Binary f,
      float[] a,
      int ao,
      int stepA,
      float[] b,
      int bo,
      int stepB,
      float[] y,
      int yo,
      int n) {
    if (stepA == 1 && stepB == 0 && (f == Binary.ADD || f == Binary.MUL)) {
      withScalar(f, a, ao, b[bo], y, yo, n);
      return;
    }
    float[] left = stepA == 0 ? repeated(Scratch.Slot.REST, a[ao], n) : a;
    float[] right = stepB == 0 ? repeated(Scratch.Slot.TILE, b[bo], n) : b;
    for (int i = 0; i < n; i += BLOCK) {
      int la = stepA == 0 ? 0 : ao + i;
      int rb = stepB == 0 ? 0 : bo + i;
      block(f, left, la, right, rb, y, yo + i, Math.min(BLOCK, n - i));
    }
  }

  /** What biases and scales do most of the time. */
  private static void withScalar(Binary f, float[] a, int ao, float b, float[] y, int yo, int n) {
    if (f == Binary.ADD) {
      for (int i = 0; i < n; i++) {
        y[yo + i] = a[ao + i] + b;
      }
    } else {
      for (int i = 0; i < n; i++) {
        y[yo + i] = a[ao + i] * b;
      }
    }
  }

  private static float[] repeated(Scratch.Slot slot, float value, int n) {
    float[] row = Scratch.local().array(slot, BLOCK);
    Arrays.fill(row, 0, Math.min(BLOCK, n), value);
    return row;
  }

  private static void block(
      Binary f, float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    switch (f) {
      case ADD -> {
        for (int i = 0; i < n; i++) {
          y[yo + i] = a[ao + i] + b[bo + i];
        }
      }
      case SUB -> {
        for (int i = 0; i < n; i++) {
          y[yo + i] = a[ao + i] - b[bo + i];
        }
      }
      case MUL -> {
        for (int i = 0; i < n; i++) {
          y[yo + i] = a[ao + i] * b[bo + i];
        }
      }
      case DIV -> {
        for (int i = 0; i < n; i++) {
          y[yo + i] = a[ao + i] / b[bo + i];
        }
      }
      case POW -> {
        for (int i = 0; i < n; i++) {
          y[yo + i] = (float) Math.pow(a[ao + i], b[bo + i]);
        }
      }
      case MIN -> {
        for (int i = 0; i < n; i++) {
          y[yo + i] = Math.min(a[ao + i], b[bo + i]);
        }
      }
      case MAX -> {
        for (int i = 0; i < n; i++) {
          y[yo + i] = Math.max(a[ao + i], b[bo + i]);
        }
      }
      case PRELU -> {
        for (int i = 0; i < n; i++) {
          float v = a[ao + i];
          y[yo + i] = Functions.choose(v >= 0, v, v * b[bo + i]);
        }
      }
      case EQUAL -> {
        for (int i = 0; i < n; i++) {
          y[yo + i] = a[ao + i] == b[bo + i] ? 1 : 0;
        }
      }
      case LESS -> {
        for (int i = 0; i < n; i++) {
          y[yo + i] = a[ao + i] < b[bo + i] ? 1 : 0;
        }
      }
      case REMAINDER -> {
        for (int i = 0; i < n; i++) {
          y[yo + i] = a[ao + i] % b[bo + i];
        }
      }
      case MODULUS -> {
        for (int i = 0; i < n; i++) {
          float r = a[ao + i] % b[bo + i];
          y[yo + i] = r != 0 && r < 0 != b[bo + i] < 0 ? r + b[bo + i] : r;
        }
      }
    }
  }
}
