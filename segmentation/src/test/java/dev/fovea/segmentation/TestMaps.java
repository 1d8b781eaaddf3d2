package dev.fovea.segmentation;

import java.util.Random;

/** Label maps for tests. */
final class TestMaps {
  private TestMaps() {}

  /** Reads a map from rows of digits; a dot is background. */
  static LabelMap of(String... rows) {
    int width = rows[0].length();
    int[] labels = new int[width * rows.length];
    for (int i = 0; i < labels.length; i++) {
      char c = rows[i / width].charAt(i % width);
      labels[i] = c == '.' ? 0 : c - '0';
    }
    return LabelMap.of(width, rows.length, labels);
  }

  /** Reads a mask; anything but a dot is true. */
  static boolean[] mask(String... rows) {
    int[] labels = of(rows).labels();
    boolean[] mask = new boolean[labels.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = labels[i] != 0;
    }
    return mask;
  }

  /** Every pixel by itself: background with probability 1/2, else one of {@code count} labels. */
  static LabelMap noise(Random random, int width, int height, int count) {
    int[] labels = new int[width * height];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = random.nextBoolean() ? 0 : 1 + random.nextInt(count);
    }
    return LabelMap.of(width, height, labels);
  }

  /** Discs thrown one over the other, so that many touch and some are cut by the edge. */
  static LabelMap discs(Random random, int width, int height, int count) {
    int[] labels = new int[width * height];
    for (int label = 1; label <= count; label++) {
      int radius = 1 + random.nextInt(9);
      int cx = random.nextInt(width);
      int cy = random.nextInt(height);
      for (int i = 0; i < labels.length; i++) {
        int dx = i % width - cx;
        int dy = i / width - cy;
        if (dx * dx + dy * dy <= radius * radius) {
          labels[i] = label;
        }
      }
    }
    return LabelMap.of(width, height, labels);
  }

  /** A generator whose seed is printed, so that a failure can be repeated. */
  static Random random(long seed) {
    System.out.println("seed " + seed);
    return new Random(seed);
  }
}
