package dev.fovea.detection.mask;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.detection.box.Box;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Masks against what pycocotools 2.0 gives for the same, and against plain pixels. */
class MaskTest {
  private static RleMask random(SplittableRandom random, int width, int height) {
    boolean[] pixels = new boolean[width * height];
    int density = random.nextInt(1, 9);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextInt(10) < density;
    }
    return RleMask.ofPixels(width, height, pixels);
  }

  private static void rasterized(int[] counts, String text, double... ring) {
    RleMask mask = PolygonMask.of(8, 6, ring).toRle();
    assertArrayEquals(counts, mask.counts());
    assertEquals(text, mask.text());
    assertEquals(mask, RleMask.parse(8, 6, text));
  }

  @Test
  void polygonsBecomePixelsAsInCoco() {
    rasterized(new int[] {7, 3, 3, 3, 3, 3, 3, 3, 20}, "73300000a0", 1, 1, 5, 1, 5, 4, 1, 4);
    rasterized(
        new int[] {7, 1, 5, 3, 3, 4, 2, 4, 3, 2, 4, 1, 9},
        "7152N1O01N1O5",
        0.4,
        0.3,
        7.6,
        2.2,
        3.1,
        5.8);
    rasterized(new int[] {0, 48}, "0`1", -3, 2, 4, -2, 12, 3, 4, 9.5);
    // A point twice.
    rasterized(
        new int[] {14, 3, 3, 3, 3, 3, 4, 2, 13}, ">330001O9", 2, 2, 2, 2, 6, 2.5, 6, 5, 1.5, 4.9);
  }

  @Test
  void aLargePolygon() {
    RleMask mask =
        PolygonMask.of(
                100, 80, 10.5, 20.25, 90.75, 3.5, 60.2, 50.1, 95.3, 77.7, 30.6, 60.4, 5.2, 78.9)
            .toRle();
    assertEquals(3596, mask.area());
    assertEquals(
        "l>3R2:F:F;E:F:00100O001O100O1O00100O1O10O01O1O10O01O1O11O0O10001O000O101O00001N1000001O0O1"
            + "0001O000O2O00000O2O000000\\O]O\\Oa0d0A[O?c0D\\O<c0E]O;a0H_O7`0K_O4`0O_O1?2AM>4BL<7C"
            + "I<9CF<=DB;`0D@:b0F^O9d0F\\O8g0HWO8k0GUO7m0ISO6o0JPO4S1KmN4U1KjN4Y1KgN4Z1MeN1^1NbN1"
            + "`1N_N1d1N\\N1f1OYNOi11WNMl12:O10O01O10R:",
        mask.text());
  }

  @Test
  void partsAreJoined() {
    PolygonMask two =
        new PolygonMask(
            9,
            5,
            List.of(
                List.of(0.0, 0.0, 3.0, 0.0, 3.0, 3.0, 0.0, 3.0),
                List.of(2.0, 1.0, 6.0, 1.0, 6.0, 4.0, 2.0, 4.0)));
    assertEquals(9 + 12 - 2, two.toRle().area());
    assertEquals(new Box(0, 0, 6, 4), two.box());
    assertEquals(new Box(0, 0, 6, 4), two.toRle().box());
  }

  /** Runs against pixels, on masks of any density. */
  @Test
  void runsAreThePixels() {
    long seed = 33;
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 50; round++) {
      int width = random.nextInt(1, 12);
      int height = random.nextInt(1, 12);
      RleMask a = random(random, width, height);
      RleMask b = random(random, width, height);
      boolean[] p = a.pixels();
      boolean[] q = b.pixels();
      String at = "seed " + seed + ", round " + round;
      assertEquals(a, RleMask.ofPixels(width, height, p), at);
      assertEquals(a, RleMask.of(width, height, a.counts()), at);
      assertEquals(a, RleMask.parse(width, height, a.text()), at);
      int common = 0;
      int union = 0;
      int area = 0;
      for (int i = 0; i < p.length; i++) {
        common += p[i] && q[i] ? 1 : 0;
        union += p[i] || q[i] ? 1 : 0;
        area += q[i] ? 1 : 0;
      }
      assertEquals(common, a.intersection(b), at);
      assertEquals(union == 0 ? 0 : (double) common / union, a.iou(b), 1e-15, at);
      assertEquals(area == 0 ? 0 : (double) common / area, a.ioa(b), 1e-15, at);
      assertEquals(union, RleMask.union(List.of(a, b)).area(), at);
      assertEquals(box(p, width, height), a.box(), at);
    }
  }

  private static Box box(boolean[] pixels, int width, int height) {
    Box box = null;
    for (int i = 0; i < width * height; i++) {
      if (pixels[i]) {
        Box pixel = Box.ofSize(i % width, i / width, 1, 1);
        box = box == null ? pixel : box.enclosing(pixel);
      }
    }
    return box == null ? new Box(0, 0, 0, 0) : box;
  }

  @Test
  void emptyRunsDoNotMatter() {
    RleMask plain = RleMask.of(2, 3, 2, 3, 1);
    RleMask odd = RleMask.of(2, 3, 0, 0, 2, 1, 0, 2, 1, 0);
    assertEquals(plain, odd);
    assertEquals(plain.hashCode(), odd.hashCode());
    assertEquals(3, odd.intersection(plain));
    assertEquals(plain.box(), odd.box());
    assertNotEquals(plain, RleMask.of(3, 2, 2, 3, 1));
  }

  @Test
  void refused() {
    assertThrows(IllegalArgumentException.class, () -> RleMask.of(2, 3, 2, 3, 2));
    assertThrows(IllegalArgumentException.class, () -> RleMask.of(2, 3, 7, -1));
    assertThrows(IllegalArgumentException.class, () -> RleMask.of(2, 3));
    assertThrows(IllegalArgumentException.class, () -> RleMask.of(1 << 20, 1 << 20, 0));
    assertThrows(IllegalArgumentException.class, () -> RleMask.parse(2, 3, "2`"));
    assertThrows(IllegalArgumentException.class, () -> RleMask.parse(2, 3, "ooooooooo0"));
    assertThrows(IllegalArgumentException.class, () -> RleMask.parse(2, 3, "2\u00e9"));
    assertThrows(
        IllegalArgumentException.class,
        () -> RleMask.of(2, 3, 6).intersection(RleMask.of(3, 2, 6)));
    assertThrows(IllegalArgumentException.class, () -> PolygonMask.of(8, 6, 1, 1, 2, 2));
    IllegalArgumentException far =
        assertThrows(
            IllegalArgumentException.class, () -> PolygonMask.of(8, 6, 1, 1, 2, 2, 1e9, 3));
    assertTrue(far.getMessage().contains("1.0E9"), far.getMessage());
  }
}
