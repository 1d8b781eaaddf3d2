package dev.fovea.detection.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.train.BoxAugmentation.Labelled;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Orientation;
import dev.fovea.engine.image.augment.Change;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BoxAugmentationTest {
  private static final int WIDTH = 40;
  private static final int HEIGHT = 30;
  private static final Box BOX = new Box(4, 6, 14, 12);

  /** White inside of the box, black elsewhere. */
  private static Labelled picture() {
    byte[] plane = new byte[WIDTH * HEIGHT];
    for (int y = (int) BOX.y1(); y < BOX.y2(); y++) {
      for (int x = (int) BOX.x1(); x < BOX.x2(); x++) {
        plane[y * WIDTH + x] = -1;
      }
    }
    return new Labelled(Image.ofUint8(WIDTH, HEIGHT, plane), List.of(Annotation.of(0, BOX)));
  }

  /** Box of what is brighter than the middle. */
  private static Box bright(Tensor canvas) {
    int height = canvas.shape().dim(2);
    int width = canvas.shape().dim(3);
    int[] edges = {width, height, 0, 0};
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if (canvas.get(y * width + x) > 0.5) {
          edges[0] = Math.min(edges[0], x);
          edges[1] = Math.min(edges[1], y);
          edges[2] = Math.max(edges[2], x + 1);
          edges[3] = Math.max(edges[3], y + 1);
        }
      }
    }
    return new Box(edges[0], edges[1], edges[2], edges[3]);
  }

  @ParameterizedTest
  @EnumSource(Orientation.class)
  void boxesTurnWithThePicture(Orientation orientation) {
    Image turned = orientation.apply(picture().image());
    Box box = BoxAugmentation.turn(BOX, orientation, WIDTH, HEIGHT);
    Tensor canvas = turned.toTensor();
    assertEquals(bright(canvas), box);
  }

  @Test
  void boxesStayOnTheirObjectsWhateverTheScaleAndPlace() {
    BoxAugmentation augmentation =
        new BoxAugmentation(0, List.of(Orientation.values()), 0.5, 2, Change.none());
    long seed = 71;
    SplittableRandom random = new SplittableRandom(seed);
    int seen = 0;
    for (int i = 0; i < 200; i++) {
      Tensor canvas = Tensor.zeros(1, 1, HEIGHT, WIDTH);
      List<Annotation> objects = augmentation.sample(0, 1, p -> picture(), canvas, random.split());
      for (Annotation object : objects) {
        Box bright = bright(canvas);
        double[] expected = object.box().xyxy();
        double[] found = bright.xyxy();
        for (int e = 0; e < 4; e++) {
          assertEquals(expected[e], found[e], 1.01, "seed " + seed + ", sample " + i);
        }
        seen++;
      }
    }
    assertTrue(seen > 100, "only " + seen + " of 200 samples show the object");
  }

  @Test
  void mosaicsHoldFourPicturesAndTheSameSeedMakesTheSame() {
    BoxAugmentation augmentation =
        new BoxAugmentation(1, List.of(Orientation.NORMAL), 0.5, 0.5, Change.none());
    Tensor canvas = Tensor.zeros(1, 1, HEIGHT, WIDTH);
    List<Annotation> objects =
        augmentation.sample(0, 1, p -> picture(), canvas, new SplittableRandom(3));
    Tensor again = Tensor.zeros(1, 1, HEIGHT, WIDTH);
    assertEquals(
        objects, augmentation.sample(0, 1, p -> picture(), again, new SplittableRandom(3)));
    assertTrue(objects.size() > 1, () -> "found " + objects);
    for (Annotation object : objects) {
      Box box = object.box();
      int middle = (int) box.cy() * WIDTH + (int) box.cx();
      assertTrue(canvas.get(middle) > 0.5, () -> "nothing at " + box);
    }
  }

  @Test
  void whatIsMostlyCutOffIsIgnoredAndNotMissed() {
    // At twice the size, at most a quarter of the picture is seen.
    BoxAugmentation augmentation =
        new BoxAugmentation(0, List.of(Orientation.NORMAL), 2, 2, Change.none());
    SplittableRandom random = new SplittableRandom(5);
    boolean ignored = false;
    for (int i = 0; i < 100; i++) {
      Tensor canvas = Tensor.zeros(1, 1, HEIGHT, WIDTH);
      for (Annotation object : augmentation.sample(0, 1, p -> picture(), canvas, random.split())) {
        boolean little = object.box().area() < 0.3 * 4 * BOX.area();
        assertEquals(little, object.difficult());
        ignored |= little;
      }
    }
    assertTrue(ignored);
  }

  @Test
  void rowsAreReadAsTheyWereWritten() {
    List<Annotation> objects =
        List.of(
            Annotation.of(1, new Box(1, 2, 3, 4)),
            Annotation.of(0, new Box(0.5, 0, 8, 9)).withDifficult(true));
    Tensor rows = Tensor.zeros(2, 3, ObjectRows.COLUMNS);
    ObjectRows.write(objects, rows.slice(0, 1).reshape(3, ObjectRows.COLUMNS));
    ObjectRows.write(objects.subList(1, 2), rows.slice(1, 2).reshape(3, ObjectRows.COLUMNS));
    assertEquals(objects, ObjectRows.read(rows, 0));
    assertEquals(objects.subList(1, 2), ObjectRows.read(rows, 1));
    ObjectRows.write(List.of(), rows.slice(0, 1).reshape(3, ObjectRows.COLUMNS));
    assertTrue(ObjectRows.read(rows, 0).isEmpty());
    assertFalse(ObjectRows.read(rows, 1).isEmpty());
  }

  @Test
  void senselessRangesAreRefused() {
    List<Orientation> one = List.of(Orientation.NORMAL);
    assertThrows(
        IllegalArgumentException.class, () -> new BoxAugmentation(2, one, 1, 1, Change.none()));
    assertThrows(
        IllegalArgumentException.class, () -> new BoxAugmentation(0, one, 2, 1, Change.none()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new BoxAugmentation(0, List.of(), 1, 1, Change.none()));
  }
}
