package dev.fovea.detection.train;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.data.DetectionDataset;
import dev.fovea.detection.data.PictureSet;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Pictures of red and green discs on grey noise. */
public final class Discs {
  /** Names of the classes. */
  public static final List<String> CLASSES = List.of("red", "green");

  private Discs() {}

  /** Writes pictures into a folder. */
  public static PictureSet write(Path folder, int count, int size, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    List<DetectionDataset.Picture> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[][] planes = new byte[3][size * size];
      for (byte[] plane : planes) {
        for (int p = 0; p < plane.length; p++) {
          plane[p] = (byte) (100 + random.nextInt(20));
        }
      }
      List<Annotation> objects = new ArrayList<>();
      int wanted = 1 + random.nextInt(3);
      for (int tries = 0; objects.size() < wanted && tries < 100; tries++) {
        double radius = size * (0.08 + 0.1 * random.nextDouble());
        double cx = radius + (size - 2 * radius) * random.nextDouble();
        double cy = radius + (size - 2 * radius) * random.nextDouble();
        Box box = Box.ofCentre(cx, cy, 2 * radius, 2 * radius);
        if (objects.stream().noneMatch(o -> o.box().intersection(box) > 0)) {
          int label = random.nextInt(2);
          draw(planes, size, cx, cy, radius, label);
          objects.add(Annotation.of(label, box));
        }
      }
      String name = "discs" + i + ".png";
      ImageWriter.writePng(folder.resolve(name), Image.ofUint8(size, size, planes));
      pictures.add(new DetectionDataset.Picture(name, size, size, objects));
    }
    return new PictureSet(DetectionDataset.of(CLASSES, pictures), folder);
  }

  private static void draw(
      byte[][] planes, int size, double cx, double cy, double radius, int label) {
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        if (Math.hypot(x + 0.5 - cx, y + 0.5 - cy) < radius) {
          for (int c = 0; c < 3; c++) {
            planes[c][y * size + x] = (byte) (c == label ? 230 : 30);
          }
        }
      }
    }
  }
}
