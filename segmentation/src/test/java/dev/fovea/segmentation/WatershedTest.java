package dev.fovea.segmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WatershedTest {
  @Test
  void basinsMeetAtTheRidge() {
    LabelMap seeds = TestMaps.of("1.......2");
    float[] landscape = {0, 1, 2, 3, 4, 5, 9, 1, 0};
    boolean[] everywhere = allTrue(9);
    assertArrayEquals(
        TestMaps.of("111111.22").labels(),
        withoutRidge(Watershed.flood(seeds, landscape, everywhere, Connectivity.FOUR), 6));
  }

  @Test
  void flatGroundIsSharedByNearness() {
    LabelMap seeds = TestMaps.of("1......2");
    assertArrayEquals(
        TestMaps.of("11112222").labels(),
        Watershed.flood(seeds, new float[8], allTrue(8), Connectivity.FOUR).labels());
  }

  @Test
  void staysInTheMask() {
    LabelMap seeds =
        TestMaps.of(
            "1....", //
            ".....", "2....");
    boolean[] mask =
        TestMaps.mask(
            "111.1", //
            ".....", "..111");
    assertArrayEquals(
        TestMaps.of("111..", ".....", ".....").labels(),
        Watershed.flood(seeds, new float[15], mask, Connectivity.EIGHT).labels());
  }

  @Test
  void connectivityDecidesWhetherCornersAreCrossed() {
    LabelMap seeds = TestMaps.of("3.", "..");
    boolean[] mask = TestMaps.mask("1.", ".1");
    assertEquals(0, Watershed.flood(seeds, new float[4], mask, Connectivity.FOUR).get(1, 1));
    assertEquals(3, Watershed.flood(seeds, new float[4], mask, Connectivity.EIGHT).get(1, 1));
  }

  @Test
  void everyBasinIsConnectedAndCoversWhatCanBeReached() {
    Random random = TestMaps.random(21);
    for (int n = 0; n < 100; n++) {
      int width = 1 + random.nextInt(40);
      int height = 1 + random.nextInt(40);
      int[] seedLabels = new int[width * height];
      float[] landscape = new float[seedLabels.length];
      boolean[] mask = new boolean[seedLabels.length];
      for (int i = 0; i < landscape.length; i++) {
        landscape[i] = random.nextInt(5) - 2;
        mask[i] = random.nextInt(4) != 0;
      }
      for (int label = 1; label <= 5; label++) {
        seedLabels[random.nextInt(seedLabels.length)] = label;
      }
      LabelMap seeds = LabelMap.of(width, height, seedLabels);
      LabelMap basins = Watershed.flood(seeds, landscape, mask, Connectivity.FOUR);
      assertEquals(
          basins.count(),
          ConnectedComponents.of(basins, Connectivity.FOUR).count(),
          "every seed is one pixel, so every basin is one part");
      LabelMap components = ConnectedComponents.of(mask, width, height, Connectivity.FOUR);
      boolean[] seeded = new boolean[components.count() + 1];
      for (int i = 0; i < mask.length; i++) {
        seeded[components.labels()[i]] |= mask[i] && seedLabels[i] != 0;
      }
      for (int i = 0; i < mask.length; i++) {
        assertEquals(mask[i] && seeded[components.labels()[i]], basins.labels()[i] != 0);
        if (mask[i] && seedLabels[i] != 0) {
          assertEquals(seedLabels[i], basins.labels()[i]);
        }
      }
    }
  }

  @Test
  void onlyTheOrderOfHeightsMatters() {
    Random random = TestMaps.random(22);
    LabelMap seeds = TestMaps.noise(random, 30, 30, 400);
    float[] landscape = new float[900];
    float[] steeper = new float[900];
    for (int i = 0; i < 900; i++) {
      landscape[i] = random.nextInt(7) - 3;
      steeper[i] = landscape[i] * landscape[i] * landscape[i] * 1e6f;
    }
    assertArrayEquals(
        Watershed.flood(seeds, landscape, allTrue(900), Connectivity.EIGHT).labels(),
        Watershed.flood(seeds, steeper, allTrue(900), Connectivity.EIGHT).labels());
  }

  @Test
  void refusesNaNAndWrongLengths() {
    LabelMap seeds = TestMaps.of("1.");
    float[] landscape = {0, Float.NaN};
    assertEquals(
        "landscape at (1, 0) is NaN, expected a number",
        assertThrows(
                IllegalArgumentException.class,
                () -> Watershed.flood(seeds, landscape, allTrue(2), Connectivity.FOUR))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> Watershed.flood(seeds, new float[3], allTrue(2), Connectivity.FOUR));
    assertThrows(
        IllegalArgumentException.class,
        () -> Watershed.flood(seeds, new float[2], allTrue(1), Connectivity.FOUR));
  }

  private static int[] withoutRidge(LabelMap map, int ridge) {
    int[] labels = map.labels().clone();
    labels[ridge] = 0;
    return labels;
  }

  private static boolean[] allTrue(int length) {
    boolean[] result = new boolean[length];
    Arrays.fill(result, true);
    return result;
  }
}
