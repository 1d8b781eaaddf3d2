package dev.fovea.segmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class LabelMapTest {
  @Test
  void measuresRegionsInPixelUnits() {
    LabelMap map =
        TestMaps.of(
            ".....", //
            ".77..", ".77.3", "....3", "7....");
    assertEquals(
        List.of(
            new LabelMap.Region(3, 2, 4, 2, 5, 4, 4.5, 3.0),
            new LabelMap.Region(7, 5, 0, 1, 3, 5, (4 * 2.0 + 0.5) / 5, (4 * 2.0 + 4.5) / 5)),
        map.regions());
    assertEquals(2, map.count());
  }

  @Test
  void relabelsInAscendingOrder() {
    LabelMap map = LabelMap.of(3, 2, new int[] {9, 0, 4, 4, 9, 2});
    assertArrayEquals(new int[] {3, 0, 2, 2, 3, 1}, map.relabelSequential().labels());
  }

  @Test
  void handlesLabelsFarBeyondTheNumberOfPixels() {
    LabelMap map = LabelMap.of(2, 2, new int[] {Integer.MAX_VALUE, 5, 0, Integer.MAX_VALUE});
    assertArrayEquals(new int[] {2, 1, 0, 2}, map.relabelSequential().labels());
    assertEquals(2, map.count());
    assertEquals(Integer.MAX_VALUE, map.regions().get(1).label());
    assertEquals(2, map.regions().get(1).area());
  }

  @Test
  void emptyMapHasNoRegions() {
    LabelMap map = LabelMap.of(3, 1, new int[3]);
    assertEquals(0, map.count());
    assertEquals(List.of(), map.regions());
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertEquals(
        "label map has 5 values, expected 2 x 3 = 6",
        assertThrows(IllegalArgumentException.class, () -> LabelMap.of(2, 3, new int[5]))
            .getMessage());
    assertEquals(
        "label at (1, 0) is -4, expected 0 or more",
        assertThrows(IllegalArgumentException.class, () -> LabelMap.of(2, 1, new int[] {0, -4}))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> LabelMap.of(0, 3, new int[0]));
    // 65536 * 65536 is 0 in int arithmetic.
    assertThrows(IllegalArgumentException.class, () -> LabelMap.of(65536, 65536, new int[0]));
    LabelMap map = LabelMap.of(2, 1, new int[2]);
    assertThrows(IndexOutOfBoundsException.class, () -> map.get(2, 0));
  }
}
