package dev.fovea.engine.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.op.ShapeException;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class InitializerTest {

  private static final int IN = 64 * 9;
  private static final int OUT = 128 * 9;

  private static Tensor draw(Initializer initializer, String name, long seed) {
    return initializer.create(name, Shape.of(128, 64, 3, 3), IN, OUT, seed);
  }

  private static double deviation(Tensor t) {
    double sum = 0;
    double squares = 0;
    for (float v : t.toArray()) {
      sum += v;
      squares += (double) v * v;
    }
    double mean = sum / t.size();
    assertEquals(0, mean, 1e-3);
    return Math.sqrt(squares / t.size() - mean * mean);
  }

  /** Scales of a 3x3 convolution of 64 to 128 channels. */
  @Test
  void scales() {
    Tensor he = draw(Initializer.he(), "w", 1);
    assertEquals(0.05892556509887896, deviation(he), 0.05892 * 0.01);
    Tensor xavier = draw(Initializer.xavier(), "w", 1);
    assertEquals(0.034020690871988585, deviation(xavier), 0.03402 * 0.01);
    float largest = 0;
    for (float v : xavier.toArray()) {
      largest = Math.max(largest, Math.abs(v));
    }
    assertEquals(0.05892556509887896, largest, 1e-5);
    assertTrue(largest <= 0.058925566f, "" + largest);
    assertArrayEquals(
        new float[] {3, 3}, Initializer.constant(3).create("c", Shape.of(2), 1, 1, 0).toArray());
  }

  /**
   * Standard deviations and bounds that the papers give, exactly: the same draws under a scale of 1
   * show by which factor an initializer multiplies them.
   */
  @Test
  void scalesOfThePapers() {
    assertScales(
        Shape.of(128, 64, 3, 3),
        IN,
        OUT,
        0.058925565099,
        0.102062072616,
        0.034020690872,
        0.058925565099,
        0.041666666667);
    assertScales(
        Shape.of(256, 784),
        784,
        256,
        0.050507627228,
        0.087481776528,
        0.043852900965,
        0.075955452531,
        0.035714285714);
  }

  /** He deviation, He bound, Xavier deviation, Xavier bound, LeCun deviation. */
  private static void assertScales(Shape shape, int fanIn, int fanOut, double... expected) {
    Initializer normal = Initializer.normal(1);
    Initializer uniform = Initializer.uniform(1);
    double[] found = {
      factor(Initializer.he(), normal, shape, fanIn, fanOut),
      factor(Initializer.heUniform(), uniform, shape, fanIn, fanOut),
      factor(Initializer.xavierNormal(), normal, shape, fanIn, fanOut),
      factor(Initializer.xavier(), uniform, shape, fanIn, fanOut),
      factor(Initializer.lecun(), normal, shape, fanIn, fanOut)
    };
    assertArrayEquals(expected, found, 1e-10);
  }

  /** The factor between two fillings, by least squares over all elements. */
  private static double factor(Initializer a, Initializer b, Shape shape, int fanIn, int fanOut) {
    Tensor x = a.create("w", shape, fanIn, fanOut, 7);
    Tensor y = b.create("w", shape, fanIn, fanOut, 7);
    double product = 0;
    double square = 0;
    for (int i = 0; i < x.size(); i++) {
      product += (double) x.get(i) * y.get(i);
      square += (double) y.get(i) * y.get(i);
    }
    return product / square;
  }

  /** Windows of 3 and 4, in weights of two input and three output channels. */
  @Test
  void bilinearKernels() {
    float[] three = {0.25f, 0.5f, 0.25f, 0.5f, 1, 0.5f, 0.25f, 0.5f, 0.25f};
    float[] edge = {0.0625f, 0.1875f, 0.1875f, 0.0625f};
    float[] inside = {0.1875f, 0.5625f, 0.5625f, 0.1875f};
    float[] four = new float[16];
    for (int i = 0; i < 16; i++) {
      four[i] = (i / 4 == 0 || i / 4 == 3 ? edge : inside)[i % 4];
    }
    assertBilinear(three);
    assertBilinear(four);
    Shape flat = Shape.of(2, 3, 4);
    assertThrows(ShapeException.class, () -> Initializer.bilinear().create("w", flat, 1, 1, 0));
  }

  private static void assertBilinear(float... window) {
    int k = (int) Math.sqrt(window.length);
    Tensor t = Initializer.bilinear().create("w", Shape.of(2, 3, k, k), 1, 1, 0);
    for (int in = 0; in < 2; in++) {
      for (int out = 0; out < 3; out++) {
        int from = (in * 3 + out) * window.length;
        float[] found = Arrays.copyOfRange(t.toArray(), from, from + window.length);
        assertArrayEquals(in == out ? window : new float[window.length], found);
      }
    }
  }

  @Test
  void valuesDependOnSeedAndNameAlone() {
    float[] w = draw(Initializer.he(), "w", 1).toArray();
    assertArrayEquals(w, draw(Initializer.he(), "w", 1).toArray());
    assertFalse(Arrays.equals(w, draw(Initializer.he(), "w", 2).toArray()));
    assertFalse(Arrays.equals(w, draw(Initializer.he(), "v", 1).toArray()));
  }
}
