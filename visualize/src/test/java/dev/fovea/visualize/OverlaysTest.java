package dev.fovea.visualize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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

  private static int rgb(int label) {
    return LabelColors.rgb(label);
  }

  private static int pixel(Image image, int x, int y) {
    return (int) image.value(0, y, x) << 16
        | (int) image.value(1, y, x) << 8
        | (int) image.value(2, y, x);
  }
}
