package dev.fovea.imagej;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fovea.segmentation.LabelMap;
import ij.gui.Roi;
import ij.process.ImageProcessor;
import java.awt.Rectangle;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutlinesTest {
  /** The labels that result from filling the selections. */
  private static int[] painted(Map<Integer, Roi> rois, int width, int height) {
    int[] labels = new int[width * height];
    rois.forEach(
        (label, roi) -> {
          Rectangle bounds = roi.getBounds();
          ImageProcessor mask = roi.getMask();
          for (int y = 0; y < bounds.height; y++) {
            for (int x = 0; x < bounds.width; x++) {
              if (mask == null || mask.get(x, y) != 0) {
                labels[(bounds.y + y) * width + bounds.x + x] = label;
              }
            }
          }
        });
    return labels;
  }

  private static void assertPaintsItself(int width, int height, int... labels) {
    Map<Integer, Roi> rois = Outlines.of(LabelMap.of(width, height, labels));
    assertArrayEquals(labels, painted(rois, width, height));
  }

  @Test
  void containsExactlyThePixels() {
    assertPaintsItself(1, 1, 7);
    assertPaintsItself(3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    assertPaintsItself(4, 3, 1, 1, 2, 2, 1, 0, 0, 2, 1, 1, 2, 2);
  }

  @Test
  void keepsHolesAndParts() {
    // Object 3 has a hole with object 9 in it, and a second part that touches a corner.
    assertPaintsItself(5, 4, 3, 3, 3, 0, 0, 3, 9, 3, 0, 0, 3, 3, 3, 0, 0, 0, 0, 0, 3, 0);
  }

  @Test
  void ordersByLabel() {
    Map<Integer, Roi> rois = Outlines.of(LabelMap.of(3, 1, new int[] {9, 0, 4}));
    assertEquals(List.of(4, 9), List.copyOf(rois.keySet()));
  }

  @Test
  void randomMaps() {
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      int width = 1 + random.nextInt(16);
      int height = 1 + random.nextInt(16);
      int[] labels = random.ints(width * height, 0, 4).toArray();
      Map<Integer, Roi> rois = Outlines.of(LabelMap.of(width, height, labels));
      assertArrayEquals(labels, painted(rois, width, height), "seed " + seed);
    }
  }
}
