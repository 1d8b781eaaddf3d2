package dev.fovea.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.detection.Annotation;
import dev.fovea.engine.image.Image;
import dev.fovea.samples.SyntheticSmear.Scene;
import dev.fovea.samples.SyntheticSmear.Smear;
import java.util.List;
import org.junit.jupiter.api.Test;

class SyntheticSmearTest {
  private static final Scene SMALL = new Scene(320, 240, 1, 4, 2);

  @Test
  void theSameSeedGivesTheSamePicture() {
    Smear smear = SyntheticSmear.draw(SMALL, 5);
    Smear again = SyntheticSmear.draw(SMALL, 5);
    for (int c = 0; c < 3; c++) {
      assertArrayEquals(smear.image().plane(c), again.image().plane(c));
    }
    assertEquals(smear.cells(), again.cells());
    assertTrue(!smear.cells().equals(SyntheticSmear.draw(SMALL, 6).cells()));
  }

  @Test
  void allCellsAreInTheirBoxes() {
    for (long seed = 0; seed < 5; seed++) {
      Smear smear = SyntheticSmear.draw(SMALL, seed);
      assertEquals(
          List.of(1L, 4L, 2L),
          List.of(count(smear, 0), count(smear, 1), count(smear, 2)),
          "seed " + seed);
      Image image = smear.image();
      for (int i = 0; i < image.width() * image.height(); i++) {
        int x = i % image.width();
        int y = i / image.width();
        // The light is 214 in green, red cells leave some 150; the rest is blur and noise.
        boolean stained = image.value(1, y, x) < 180;
        boolean inside =
            smear.cells().stream()
                .anyMatch(
                    cell ->
                        x >= cell.box().x1() - 1
                            && x <= cell.box().x2()
                            && y >= cell.box().y1() - 1
                            && y <= cell.box().y2());
        assertTrue(inside || !stained, "seed " + seed + ", pixel " + x + ", " + y);
      }
    }
  }

  private static long count(Smear smear, int label) {
    return smear.cells().stream().filter(cell -> cell.label() == label).count();
  }

  @Test
  void whiteCellsAreTheLargestAndDarkest() {
    Smear smear = SyntheticSmear.draw(Scene.DEFAULT, 1);
    double[] area = new double[3];
    for (Annotation cell : smear.cells()) {
      assertTrue(cell.box().isInside(640, 480));
      area[cell.label()] = Math.max(area[cell.label()], cell.box().area());
    }
    assertTrue(area[0] > area[1] && area[1] > 4 * area[2]);
    Annotation white = smear.cells().get(0);
    double darkest = 255;
    for (int x = (int) white.box().x1(); x < white.box().x2(); x++) {
      darkest = Math.min(darkest, smear.image().value(1, (int) white.box().cy(), x));
    }
    assertTrue(darkest < 90, "green " + darkest);
  }

  @Test
  void scenesOutOfRangeAreRefused() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new Scene(640, 32, 1, 1, 1));
    assertTrue(e.getMessage().contains("640 x 32"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new Scene(640, 480, -1, 1, 1));
  }
}
