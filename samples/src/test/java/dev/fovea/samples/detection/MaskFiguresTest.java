package dev.fovea.samples.detection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.twostage.InstanceSamples.Instances;
import dev.fovea.engine.model.Preprocessing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaskFiguresTest {

  @Test
  void everyShapeOwnsPixelsOfItsColor() {
    for (long seed = 0; seed < 20; seed++) {
      Instances picture = ShapePictures.picture(64, seed);
      assertArrayEquals(picture.image().plane(1), ShapePictures.picture(64, seed).image().plane(1));
      List<Annotation> objects = MaskFigures.objects(picture);
      assertTrue(objects.size() >= 1 && objects.size() <= picture.label().length, "seed " + seed);
      for (Annotation object : objects) {
        assertTrue(object.box().isInside(64, 64), "seed " + seed);
        assertTrue(object.area() <= object.box().area(), "seed " + seed);
      }
    }
  }

  @Test
  void aTrainingOfOneEpochEndsInFigures() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<Instances> pictures =
        List.of(
            ShapePictures.picture(64, 1),
            ShapePictures.picture(64, 2),
            ShapePictures.picture(64, 3),
            ShapePictures.picture(64, 4));
    MaskFigures.run(
        pictures,
        pictures,
        ShapePictures.CLASSES,
        Preprocessing.unit(Preprocessing.Channels.RGB, 0, 0, Preprocessing.Resize.NONE),
        1,
        null,
        new PrintStream(bytes, true, StandardCharsets.UTF_8));
    List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(4, lines.size(), () -> String.join("\n", lines));
    assertTrue(lines.get(2).startsWith("boxes {AP="), lines.get(2));
    assertTrue(lines.get(3).startsWith("masks {AP="), lines.get(3));
  }
}
