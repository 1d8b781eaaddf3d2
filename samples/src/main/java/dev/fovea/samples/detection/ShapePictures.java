package dev.fovea.samples.detection;

import dev.fovea.detection.twostage.InstanceSamples.Instances;
import dev.fovea.engine.image.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Synthetic pictures of discs, squares and triangles in random colours, some of them partly hidden
 * by others, of which every pixel's object is known.
 */
final class ShapePictures {
  /** Names of the classes, by label. */
  static final List<String> CLASSES = List.of("disc", "square", "triangle");

  private static final int MOST = 6;
  private static final int NOISE = 20;

  private ShapePictures() {}

  /** A picture; the same for the same seed. */
  static Instances picture(int side, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[][] rgb = new byte[3][side * side];
    int[] ground = color(random);
    int[] owner = new int[side * side];
    List<Integer> labels = new ArrayList<>();
    paint(rgb, owner, 0, ground, random, (x, y) -> true);
    int count = 2 + random.nextInt(MOST - 1);
    for (int o = 1; o <= count; o++) {
      int label = random.nextInt(CLASSES.size());
      double radius = side * (0.06 + 0.1 * random.nextDouble());
      double cx = radius + (side - 2 * radius) * random.nextDouble();
      double cy = radius + (side - 2 * radius) * random.nextDouble();
      labels.add(label);
      paint(
          rgb,
          owner,
          o,
          color(random),
          random,
          (x, y) -> inside(label, (x + 0.5 - cx) / radius, (y + 0.5 - cy) / radius));
    }
    short[] objects = new short[owner.length];
    for (int i = 0; i < owner.length; i++) {
      objects[i] = (short) owner[i];
    }
    return new Instances(
        Image.ofUint8(side, side, rgb),
        Image.ofUint16(side, side, objects),
        labels.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Whether a point belongs to a shape of radius 1 about the origin. */
  private static boolean inside(int label, double u, double v) {
    return switch (label) {
      case 0 -> u * u + v * v < 1;
      case 1 -> Math.max(Math.abs(u), Math.abs(v)) < 0.85;
      default -> v < 0.8 && v > 2 * Math.abs(u) - 1;
    };
  }

  private interface Shape {
    boolean holds(int x, int y);
  }

  private static int[] color(SplittableRandom random) {
    return new int[] {random.nextInt(220), random.nextInt(220), random.nextInt(220)};
  }

  private static void paint(
      byte[][] rgb, int[] owner, int object, int[] color, SplittableRandom random, Shape shape) {
    int side = (int) Math.round(Math.sqrt(owner.length));
    for (int i = 0; i < owner.length; i++) {
      if (shape.holds(i % side, i / side)) {
        owner[i] = object;
        for (int c = 0; c < rgb.length; c++) {
          rgb[c][i] = (byte) (color[c] + random.nextInt(NOISE));
        }
      }
    }
  }
}
