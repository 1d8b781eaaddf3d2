package dev.fovea.segmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DistanceTransformTest {
  @Test
  void equalsBruteForce() {
    Random random = TestMaps.random(5);
    for (int i = 0; i < 300; i++) {
      int width = 1 + random.nextInt(25);
      int height = 1 + random.nextInt(25);
      boolean[] sites = new boolean[width * height];
      double density = Math.pow(random.nextDouble(), 3);
      for (int p = 0; p < sites.length; p++) {
        sites[p] = random.nextDouble() < density;
      }
      assertArrayEquals(
          bruteForce(sites, width, height), DistanceTransform.squared(sites, width, height));
    }
  }

  @Test
  void noSiteIsInfinitelyFar() {
    int[] squared = DistanceTransform.squared(new boolean[6], 3, 2);
    assertArrayEquals(filled(6, DistanceTransform.NO_SITE), squared);
  }

  @Test
  void squaresBeyondAnIntAreClamped() {
    boolean[] sites = new boolean[100_000];
    sites[0] = true;
    int[] wide = DistanceTransform.squared(sites, 100_000, 1);
    assertEquals(46_340 * 46_340, wide[46_340]);
    assertEquals(DistanceTransform.NO_SITE - 1, wide[46_341]);
    assertEquals(DistanceTransform.NO_SITE - 1, wide[99_999]);
    assertArrayEquals(wide, DistanceTransform.squared(sites, 1, 100_000));
  }

  @Test
  void refusesWrongLength() {
    assertThrows(
        IllegalArgumentException.class, () -> DistanceTransform.squared(new boolean[5], 2, 2));
  }

  private static int[] filled(int length, int value) {
    int[] result = new int[length];
    Arrays.fill(result, value);
    return result;
  }

  private static int[] bruteForce(boolean[] sites, int width, int height) {
    int[] result = filled(width * height, DistanceTransform.NO_SITE);
    for (int p = 0; p < result.length; p++) {
      for (int s = 0; s < sites.length; s++) {
        if (sites[s]) {
          int dx = p % width - s % width;
          int dy = p / width - s / width;
          result[p] = Math.min(result[p], dx * dx + dy * dy);
        }
      }
    }
    return result;
  }
}
