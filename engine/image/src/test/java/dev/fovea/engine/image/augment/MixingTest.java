package dev.fovea.engine.image.augment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.tensor.Tensor;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MixingTest {

  /** A beta distribution of (a, a) has mean 1/2 and variance 1 / (4 (2 a + 1)). */
  @ParameterizedTest
  @ValueSource(doubles = {0.2, 1, 3})
  void betaHasItsMoments(double alpha) {
    int n = 20_000;
    double sum = 0;
    double squares = 0;
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < n; i++) {
      double x = Beta.draw(alpha, random);
      assertTrue(x >= 0 && x <= 1);
      sum += x - 0.5;
      squares += (x - 0.5) * (x - 0.5);
    }
    double variance = 1 / (4 * (2 * alpha + 1));
    assertEquals(0, sum / n, 5 * Math.sqrt(variance / n));
    assertEquals(variance, squares / n, 0.03 * variance);
  }

  @Test
  void mixupIsTheMeanWithThePartItTells() {
    for (long seed = 0; seed < 50; seed++) {
      Tensor a = Tensor.zeros(2, 3, 3).fill(1);
      Tensor b = Tensor.zeros(2, 3, 3).fill(-3);
      double part = new Mixup(1).mix(a, b, new SplittableRandom(seed));
      for (int i = 0; i < a.size(); i++) {
        assertEquals(part - 3 * (1 - part), a.get(i), 1e-5);
        assertEquals(-3, b.get(i));
      }
    }
    assertThrows(IllegalArgumentException.class, () -> new Mixup(0));
  }

  @Test
  void cutmixPastesOneRectangleOfTheAreaItTells() {
    double least = 1;
    double most = 0;
    for (long seed = 0; seed < 200; seed++) {
      Tensor a = Tensor.zeros(1, 2, 8, 12).fill(1);
      Tensor batch = Tensor.zeros(2, 2, 8, 12).fill(9);
      Tensor b = batch.slice(1, 2).fill(2);
      double part = new CutMix(1).mix(a, b, new SplittableRandom(seed));
      int pasted = 0;
      int left = 12;
      int right = -1;
      int top = 8;
      int bottom = -1;
      for (int i = 0; i < 96; i++) {
        assertEquals(a.get(i), a.get(96 + i), "all channels alike");
        if (a.get(i) == 2) {
          pasted++;
          left = Math.min(left, i % 12);
          right = Math.max(right, i % 12);
          top = Math.min(top, i / 12);
          bottom = Math.max(bottom, i / 12);
        }
      }
      assertEquals(1 - pasted / 96.0, part, 1e-12);
      assertEquals(pasted, Math.max(0, right - left + 1) * Math.max(0, bottom - top + 1));
      least = Math.min(least, part);
      most = Math.max(most, part);
    }
    assertTrue(least < 0.3 && most > 0.95, least + " to " + most);
    assertThrows(IllegalArgumentException.class, () -> new CutMix(Double.NaN));
  }
}
