package dev.fovea.imagej;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.gui.Line;
import ij.gui.OvalRoi;
import ij.gui.PolygonRoi;
import ij.gui.Roi;
import ij.process.ByteProcessor;
import java.awt.Rectangle;
import org.junit.jupiter.api.Test;

class RegionTest {
  private static Region region(Roi roi) {
    ImagePlus image = new ImagePlus("cells", new ByteProcessor(40, 30));
    image.setRoi(roi);
    return Region.of(image);
  }

  @Test
  void withoutAnAreaItIsTheWholeImage() {
    Rectangle all = new Rectangle(40, 30);
    assertEquals(all, region(null).bounds());
    assertEquals(all, region(new Line(3, 3, 9, 9)).bounds());
    assertTrue(region(null).contains(39, 29));
    assertFalse(region(null).contains(40, 29));
  }

  @Test
  void aRectangleIsAllInside() {
    Region region = region(new Roi(5, 6, 7, 8));
    assertEquals(new Rectangle(5, 6, 7, 8), region.bounds());
    assertTrue(region.contains(5, 6));
    assertTrue(region.contains(11, 13));
    assertFalse(region.contains(12, 13));
  }

  @Test
  void anOvalLeavesItsCornersOut() {
    Region region = region(new OvalRoi(10, 10, 12, 12));
    assertEquals(new Rectangle(10, 10, 12, 12), region.bounds());
    assertFalse(region.contains(10, 10));
    assertTrue(region.contains(16, 16));
  }

  @Test
  void whatReachesOutOfTheImageIsCutOff() {
    // A triangle with its right angle at (-4, -4); its edge goes from (16, -4) to (-4, 16).
    Region region =
        region(new PolygonRoi(new int[] {-4, 16, -4}, new int[] {-4, -4, 16}, 3, Roi.POLYGON));
    assertEquals(0, region.bounds().x);
    assertEquals(0, region.bounds().y);
    assertTrue(region.contains(0, 0));
    assertTrue(region.contains(4, 4));
    assertFalse(region.contains(8, 8));
    assertFalse(region.contains(-1, 0));
  }

  @Test
  void refusesASelectionOutside() {
    assertEquals(
        "the selection lies outside of image 'cells', expected it inside",
        assertThrows(IllegalArgumentException.class, () -> region(new Roi(50, 50, 5, 5)))
            .getMessage());
  }
}
