package dev.fovea.detection.box;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BoxTest {
  private static final Box BOX = new Box(10, 20, 50, 100);

  @Test
  void formsOfABox() {
    assertArrayEquals(new double[] {10, 20, 50, 100}, BOX.xyxy());
    assertArrayEquals(new double[] {10, 20, 40, 80}, BOX.xywh());
    assertArrayEquals(new double[] {30, 60, 40, 80}, BOX.cxcywh());
    assertEquals(BOX, Box.ofSize(10, 20, 40, 80));
    assertEquals(BOX, Box.ofCentre(30, 60, 40, 80));
    assertEquals(BOX, Box.ofCorners(50, 20, 10, 100));
    assertEquals(3200, BOX.area());
  }

  @Test
  void edgesAreHalfOpen() {
    assertEquals(1, new Box(3, 4, 4, 5).area());
    assertEquals(0, new Box(0, 0, 4, 4).intersection(new Box(4, 0, 8, 4)));
    assertTrue(new Box(0, 0, 640, 480).isInside(640, 480));
    assertFalse(new Box(0, 0, 640.5, 480).isInside(640, 480));
  }

  @Test
  void clippedScaledMoved() {
    assertEquals(new Box(0, 20, 30, 48), new Box(-5, 20, 50, 100).clip(30, 48));
    assertTrue(new Box(-5, -5, -1, -1).clip(30, 48).isEmpty());
    assertEquals(new Box(20, 10, 100, 50), BOX.scale(2, 0.5));
    assertEquals(new Box(9, 22, 49, 102), BOX.translate(-1, 2));
  }

  /** Both differences negative must not give a positive area. */
  @Test
  void boxesWithoutArea() {
    for (Box empty : new Box[] {new Box(5, 5, 5, 9), new Box(9, 5, 5, 9), new Box(9, 9, 5, 5)}) {
      assertTrue(empty.isEmpty());
      assertEquals(0, empty.area());
      assertEquals(0, BOX.intersection(empty));
    }
  }

  @Test
  void onlyFiniteNumbers() {
    assertThrows(IllegalArgumentException.class, () -> new Box(0, Double.NaN, 1, 1));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> new Box(0, 0, Double.POSITIVE_INFINITY, 1));
    assertEquals("box: found [0.0, 0.0, Infinity, 1.0], expected finite numbers", e.getMessage());
  }
}
