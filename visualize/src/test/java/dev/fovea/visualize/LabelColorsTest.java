package dev.fovea.visualize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LabelColorsTest {
  @Test
  void backgroundIsBlack() {
    assertEquals(0, LabelColors.rgb(0));
  }

  @Test
  void neighboursInNumberLookUnlikeAndStandOut() {
    for (int label = 1; label < 2000; label++) {
      for (int near = 1; near <= 3; near++) {
        double distance = distance(LabelColors.rgb(label), LabelColors.rgb(label + near));
        assertTrue(distance > 50, label + " and " + (label + near) + " differ by " + distance);
      }
      assertTrue(distance(LabelColors.rgb(label), 0) > 120, "label " + label + " is dark");
    }
  }

  @Test
  void theFirst255AreAllDifferent() {
    Set<Integer> seen = new HashSet<>();
    for (int label = 0; label < 256; label++) {
      assertTrue(seen.add(LabelColors.rgb(label)), "label " + label);
    }
  }

  @Test
  void lookupTableHoldsTheSameColours() {
    byte[][] table = LabelColors.lookupTable();
    assertArrayEquals(new byte[] {0, 0, 0}, new byte[] {table[0][0], table[1][0], table[2][0]});
    int rgb = LabelColors.rgb(200);
    assertEquals(rgb >> 16, table[0][200] & 0xff);
    assertEquals(rgb >> 8 & 0xff, table[1][200] & 0xff);
    assertEquals(rgb & 0xff, table[2][200] & 0xff);
  }

  @Test
  void hugeLabelsHaveColours() {
    assertTrue(distance(LabelColors.rgb(Integer.MAX_VALUE), 0) > 120);
  }

  private static double distance(int a, int b) {
    double sum = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      double d = (a >> shift & 0xff) - (b >> shift & 0xff);
      sum += d * d;
    }
    return Math.sqrt(sum);
  }
}
