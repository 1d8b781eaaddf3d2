package dev.fovea.engine.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

  @Test
  void valuesDependOnSeedAndNameAlone() {
    float[] w = draw(Initializer.he(), "w", 1).toArray();
    assertArrayEquals(w, draw(Initializer.he(), "w", 1).toArray());
    assertFalse(Arrays.equals(w, draw(Initializer.he(), "w", 2).toArray()));
    assertFalse(Arrays.equals(w, draw(Initializer.he(), "v", 1).toArray()));
  }
}
