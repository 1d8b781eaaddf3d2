package dev.fovea.visualize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.image.Image;
import java.util.List;
import org.junit.jupiter.api.Test;

class OverlaysTest {
  private static final Image GREY =
      Image.ofUint8(4, 3, new byte[] {9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9});

  @Test
  void outlineIsTheRimOfTheObject() {
    int[] labels = {1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 2};
    Image result = Overlays.outlines(GREY, labels, 1);
    int[][] expected = {
      {rgb(1), rgb(1), rgb(1), 0x090909},
      {rgb(1), 0x090909, rgb(1), 0x090909},
      {rgb(1), rgb(1), rgb(1), rgb(2)}
    };
    for (int y = 0; y < 3; y++) {
      for (int x = 0; x < 4; x++) {
        assertEquals(expected[y][x], pixel(result, x, y), "(" + x + ", " + y + ")");
      }
    }
  }

  @Test
  void enlargedOutlineIsHalfAnOldPixelWide() {
    Image result = Overlays.outlines(GREY, new int[] {0, 5, 5, 5, 0, 5, 5, 5, 0, 5, 5, 5}, 3);
    assertEquals(12, result.width());
    assertEquals(9, result.height());
    assertEquals(0x090909, pixel(result, 2, 4));
    assertEquals(rgb(5), pixel(result, 3, 4));
    assertEquals(rgb(5), pixel(result, 4, 4));
    assertEquals(0x090909, pixel(result, 5, 4));
    assertEquals(0x090909, pixel(result, 9, 6));
    assertEquals(rgb(5), pixel(result, 10, 6));
  }

  @Test
  void labelsAreFilled() {
    Image result = Overlays.labels(new int[] {0, 7}, 2, 1, 2);
    assertEquals(0, pixel(result, 1, 1));
    assertEquals(rgb(7), pixel(result, 2, 0));
  }

  @Test
  void heatOverLeavesColdPixelsGrey() {
    float[] heat = new float[12];
    heat[5] = 2;
    Image result = Overlays.heatOver(GREY, heat, ColorMap.INFERNO, 1);
    assertEquals(0x090909, pixel(result, 0, 0));
    assertEquals(ColorMap.INFERNO.rgb(1), pixel(result, 1, 1));
  }

  @Test
  void noHeatAtAllIsNoDivisionByZero() {
    assertEquals(
        0x090909, pixel(Overlays.heatOver(GREY, new float[12], ColorMap.VIRIDIS, 1), 2, 2));
    assertEquals(
        ColorMap.VIRIDIS.rgb(0), pixel(Overlays.heat(new float[1], 1, 1, ColorMap.VIRIDIS), 0, 0));
  }

  @Test
  void panelsStandSideBySide() {
    Image small = Image.ofUint8(1, 1, new byte[] {7});
    Image result = Overlays.sideBySide(List.of(GREY, small), 2, 2);
    assertEquals(4 * 2 + 2 + 2, result.width());
    assertEquals(6, result.height());
    assertEquals(0x090909, pixel(result, 7, 5));
    assertEquals(0xffffff, pixel(result, 8, 0));
    assertEquals(0x070707, pixel(result, 10, 1));
    assertEquals(0xffffff, pixel(result, 10, 2));
  }

  @Test
  void deepSamplesAreStretchedForTheEye() {
    short[] deep = new short[100];
    for (int i = 0; i < 100; i++) {
      deep[i] = (short) (1000 + i);
    }
    Image shown = Overlays.display(Image.ofUint16(10, 10, deep));
    assertEquals(0, pixel(shown, 0, 0));
    assertEquals(0xffffff, pixel(shown, 9, 9));
    assertEquals(3, shown.channels());
  }

  @Test
  void labelsOfAnotherSizeAreRefused() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Overlays.outlines(GREY, new int[11], 1));
    assertEquals("overlay: found 11 values, expected 4 x 3", e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Overlays.outlines(GREY, new int[12], 0));
  }

  private static final Image SCENE = Image.ofUint8(60, 40, new byte[60 * 40]);

  @Test
  void boxesAreFramedTheLargerOnesBelow() {
    Image drawn =
        Overlays.boxes(
            SCENE,
            List.of(
                LabelledBox.of(new double[] {5, 5, 20, 20}, 2, "", ""),
                LabelledBox.of(new double[] {-9, 0, 30, 70}, 1, "", "")),
            1);
    assertEquals(rgb(2), pixel(drawn, 5, 5));
    assertEquals(rgb(2), pixel(drawn, 19, 12));
    assertEquals(rgb(2), pixel(drawn, 18, 12));
    assertEquals(0, pixel(drawn, 17, 12));
    assertEquals(rgb(1), pixel(drawn, 29, 39));
    assertEquals(0, pixel(drawn, 0, 20));
    assertEquals(0, pixel(drawn, 30, 20));
  }

  /** Pixels of the upper part that differ from the picture with the frames alone. */
  private static int written(String name, String detail, double right) {
    double[] edges = {10, 20, right, 36};
    Image plain = Overlays.boxes(SCENE, List.of(LabelledBox.of(edges, 1, "", "")), 4);
    Image named = Overlays.boxes(SCENE, List.of(LabelledBox.of(edges, 1, name, detail)), 4);
    int count = 0;
    for (int y = 0; y < plain.height(); y++) {
      for (int x = 0; x < plain.width(); x++) {
        if (pixel(plain, x, y) != pixel(named, x, y)) {
          assertTrue(y < 84, "below the upper edge: " + x + ", " + y);
          count++;
        }
      }
    }
    return count;
  }

  /** The second and third are too narrow for the detail, and for the name. */
  @Test
  void namesStandAboveTheirBoxesAsFarAsThereIsRoom() {
    int name = written("cell", "", 50);
    int both = written("cell", "0.93", 50);
    assertTrue(name > 20, "found " + name);
    assertTrue(both > name * 1.5, both + " of " + name);
    assertEquals(written("cell", "", 18), written("cell", "0.93", 18));
    assertEquals(0, written("cell", "0.93", 11));
  }

  private static int rgb(int label) {
    return LabelColors.rgb(label);
  }

  private static int pixel(Image image, int x, int y) {
    return (int) image.value(0, y, x) << 16
        | (int) image.value(1, y, x) << 8
        | (int) image.value(2, y, x);
  }
}
