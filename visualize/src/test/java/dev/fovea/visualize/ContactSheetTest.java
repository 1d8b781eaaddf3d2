package dev.fovea.visualize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fovea.engine.image.Image;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContactSheetTest {
  private static Image grey(int width, int height, int level) {
    byte[] samples = new byte[width * height];
    Arrays.fill(samples, (byte) level);
    return Image.ofUint8(width, height, samples);
  }

  @Test
  void columnsAndRowsAreAsLargeAsTheirLargest() {
    Image sheet = ContactSheet.of(List.of(grey(1, 2, 10), grey(2, 1, 20), grey(1, 1, 30)), 2, 1, 1);
    assertEquals(4, sheet.width());
    assertEquals(4, sheet.height());
    assertArrayEquals(
        new float[] {10, 255, 20, 20, 10, 255, 255, 255, 255, 255, 255, 255, 30, 255, 255, 255},
        sheet.plane(0));
  }

  @Test
  void nothingIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> ContactSheet.of(List.of(), 1, 0, 1));
    List<Image> one = List.of(grey(1, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> ContactSheet.of(one, 0, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> ContactSheet.of(one, 1, 0, 0));
  }
}
