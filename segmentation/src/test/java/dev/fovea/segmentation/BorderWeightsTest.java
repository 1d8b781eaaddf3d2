package dev.fovea.segmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BorderWeightsTest {
  @Test
  void literalWeights() {
    double[][] distances = {{0, 0}, {1, 2}, {5, 5}, {10, 12}};
    double[] expected = {10, 8.352702114113, 1.353352832366, 0.000625215037748};
    for (int i = 0; i < expected.length; i++) {
      assertEquals(
          expected[i], BorderWeights.weight(distances[i][0], distances[i][1], 10, 5), 1e-10);
    }
  }

  @Test
  void equalsBruteForce() {
    Random random = TestMaps.random(41);
    for (int n = 0; n < 40; n++) {
      LabelMap map =
          n % 2 == 0
              ? TestMaps.discs(random, 1 + random.nextInt(40), 1 + random.nextInt(40), 6)
              : sparse(random, 1 + random.nextInt(40), 1 + random.nextInt(40));
      double sigma = 0.5 + 3 * random.nextDouble();
      assertArrayEquals(bruteForce(map, 10, sigma), BorderWeights.of(map, 10, sigma), 1e-5f);
    }
  }

  @Test
  void fewerThanTwoObjectsWeighNothing() {
    assertArrayEquals(new float[4], BorderWeights.of(TestMaps.of("1..1"), 10, 5));
    assertArrayEquals(new float[4], BorderWeights.of(TestMaps.of("...."), 10, 5));
  }

  @Test
  void refusesBadParameters() {
    LabelMap map = TestMaps.of("1");
    assertThrows(IllegalArgumentException.class, () -> BorderWeights.of(map, -1, 5));
    assertThrows(IllegalArgumentException.class, () -> BorderWeights.of(map, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> BorderWeights.of(map, 1, Double.NaN));
  }

  private static LabelMap sparse(Random random, int width, int height) {
    int[] labels = new int[width * height];
    for (int i = 0; i < 8; i++) {
      labels[random.nextInt(labels.length)] = 1 + random.nextInt(4);
    }
    return LabelMap.of(width, height, labels);
  }

  private static float[] bruteForce(LabelMap map, double w0, double sigma) {
    float[] weights = new float[map.labels().length];
    for (int p = 0; p < weights.length; p++) {
      double[] nearest = new double[32];
      Arrays.fill(nearest, Double.POSITIVE_INFINITY);
      for (int q = 0; q < weights.length; q++) {
        int label = map.labels()[q];
        if (label != 0) {
          double d =
              Math.hypot(p % map.width() - q % map.width(), p / map.width() - q / map.width());
          nearest[label] = Math.min(nearest[label], d);
        }
      }
      Arrays.sort(nearest);
      weights[p] = (float) BorderWeights.weight(nearest[0], nearest[1], w0, sigma);
    }
    return weights;
  }
}
