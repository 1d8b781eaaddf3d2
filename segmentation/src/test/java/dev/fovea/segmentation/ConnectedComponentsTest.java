package dev.fovea.segmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConnectedComponentsTest {
  @Test
  void numbersComponentsInRasterOrder() {
    boolean[] mask =
        TestMaps.mask(
            ".1.1", //
            "1..1", "..1.");
    assertArrayEquals(
        TestMaps.of(".1.2", "3..2", "..4.").labels(),
        ConnectedComponents.of(mask, 4, 3, Connectivity.FOUR).labels());
    assertArrayEquals(
        TestMaps.of(".1.2", "1..2", "..2.").labels(),
        ConnectedComponents.of(mask, 4, 3, Connectivity.EIGHT).labels());
  }

  @Test
  void touchingObjectsStayApart() {
    LabelMap map = TestMaps.of("1122", "11.2", "..11");
    assertArrayEquals(
        TestMaps.of("1122", "11.2", "..33").labels(),
        ConnectedComponents.of(map, Connectivity.FOUR).labels());
  }

  @ParameterizedTest
  @EnumSource(Connectivity.class)
  void equalsFloodFill(Connectivity connectivity) {
    Random random = TestMaps.random(11);
    for (int i = 0; i < 200; i++) {
      LabelMap map = TestMaps.noise(random, 1 + random.nextInt(30), 1 + random.nextInt(30), 2);
      assertArrayEquals(
          floodFill(map, connectivity), ConnectedComponents.of(map, connectivity).labels());
    }
  }

  @Test
  void longSnakeNeedsNoDeepStack() {
    int size = 1001;
    boolean[] mask = new boolean[size * size];
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        mask[y * size + x] = y % 2 == 0 || x == (y % 4 == 1 ? size - 1 : 0);
      }
    }
    assertEquals(1, ConnectedComponents.of(mask, size, size, Connectivity.FOUR).count());
  }

  @Test
  void refusesWrongLength() {
    assertThrows(
        IllegalArgumentException.class,
        () -> ConnectedComponents.of(new boolean[3], 2, 2, Connectivity.FOUR));
  }

  private static int[] floodFill(LabelMap map, Connectivity connectivity) {
    int[] result = new int[map.labels().length];
    int count = 0;
    for (int start = 0; start < result.length; start++) {
      if (map.labels()[start] == 0 || result[start] != 0) {
        continue;
      }
      result[start] = ++count;
      ArrayDeque<Integer> queue = new ArrayDeque<>();
      queue.add(start);
      while (!queue.isEmpty()) {
        int i = queue.remove();
        for (int dy = -1; dy <= 1; dy++) {
          for (int dx = -1; dx <= 1; dx++) {
            int x = i % map.width() + dx;
            int y = i / map.width() + dy;
            boolean diagonal = dx != 0 && dy != 0;
            if (x < 0
                || x >= map.width()
                || y < 0
                || y >= map.height()
                || (diagonal && connectivity == Connectivity.FOUR)) {
              continue;
            }
            int j = y * map.width() + x;
            if (result[j] == 0 && map.labels()[j] == map.labels()[i]) {
              result[j] = count;
              queue.add(j);
            }
          }
        }
      }
    }
    return result;
  }
}
