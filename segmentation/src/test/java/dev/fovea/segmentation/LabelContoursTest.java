package dev.fovea.segmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LabelContoursTest {
  @Test
  void onePixelIsAUnitSquare() {
    LabelContours.Contour contour =
        LabelContours.trace(TestMaps.of("...", "..7"), Connectivity.FOUR).get(0);
    assertEquals(7, contour.label());
    assertFalse(contour.hole());
    assertArrayEquals(new int[] {3, 3, 2, 2}, contour.xs());
    assertArrayEquals(new int[] {1, 2, 2, 1}, contour.ys());
  }

  @Test
  void ringHasAnOuterAndAnInnerPolygon() {
    List<LabelContours.Contour> contours =
        LabelContours.trace(TestMaps.of("111", "1.1", "111"), Connectivity.FOUR);
    assertEquals(2, contours.size());
    assertFalse(contours.get(0).hole());
    assertTrue(contours.get(1).hole());
    assertEquals(4, contours.get(1).xs().length);
  }

  @Test
  void connectivityDecidesWhetherACornerJoins() {
    LabelMap map = TestMaps.of("1.", ".1");
    assertEquals(2, LabelContours.trace(map, Connectivity.FOUR).size());
    assertEquals(1, LabelContours.trace(map, Connectivity.EIGHT).size());
  }

  @Test
  void labelsComeInAscendingOrder() {
    List<Integer> labels =
        LabelContours.trace(TestMaps.of("31.3", "3..2"), Connectivity.EIGHT).stream()
            .map(LabelContours.Contour::label)
            .toList();
    assertEquals(List.of(1, 2, 3, 3), labels);
  }

  @ParameterizedTest
  @EnumSource(Connectivity.class)
  void polygonsGiveBackExactlyTheirPixels(Connectivity connectivity) {
    Random random = TestMaps.random(51);
    for (int n = 0; n < 300; n++) {
      int width = 1 + random.nextInt(24);
      int height = 1 + random.nextInt(24);
      LabelMap map =
          n % 2 == 0
              ? TestMaps.noise(random, width, height, 3)
              : TestMaps.discs(random, width, height, 5);
      List<LabelContours.Contour> contours = LabelContours.trace(map, connectivity);
      int[] back = new int[width * height];
      for (LabelContours.Contour contour : contours) {
        assertNoCornerOnAStraightLine(contour);
        fillEvenOdd(contour, back, width, height);
      }
      assertArrayEquals(map.labels(), back);
      assertEquals(
          ConnectedComponents.of(map, connectivity).count(),
          contours.stream().filter(c -> !c.hole()).count(),
          "one outer polygon per part");
    }
  }

  private static void assertNoCornerOnAStraightLine(LabelContours.Contour contour) {
    int n = contour.xs().length;
    for (int i = 0; i < n; i++) {
      int next = (i + 1) % n;
      boolean vertical = contour.xs()[i] == contour.xs()[next];
      boolean horizontal = contour.ys()[i] == contour.ys()[next];
      assertTrue(vertical != horizontal, "edges are along one axis");
      boolean nextVertical = contour.xs()[next] == contour.xs()[(i + 2) % n];
      assertTrue(vertical != nextVertical, "edges turn at every corner");
    }
  }

  /**
   * Adds the label to the pixels inside the polygon, or takes it away again: with the even-odd rule
   * an outer polygon and its holes come out right in any order.
   */
  private static void fillEvenOdd(
      LabelContours.Contour contour, int[] labels, int width, int height) {
    for (int i = 0; i < contour.xs().length; i++) {
      int next = (i + 1) % contour.xs().length;
      if (contour.xs()[i] != contour.xs()[next]) {
        continue;
      }
      int from = Math.min(contour.ys()[i], contour.ys()[next]);
      int to = Math.max(contour.ys()[i], contour.ys()[next]);
      for (int y = from; y < to && y < height; y++) {
        for (int x = contour.xs()[i]; x < width; x++) {
          labels[y * width + x] ^= contour.label();
        }
      }
    }
  }
}
