package dev.fovea.segmentation;

import java.util.Arrays;

/** Clean-up of label maps. Every method returns a new map and keeps the labels of what remains. */
public final class LabelFilters {
  private LabelFilters() {}

  /**
   * Removes objects of few pixels.
   *
   * @param map the objects; not changed
   * @param minArea smallest area in pixels that is kept
   * @return a map without the smaller objects
   */
  public static LabelMap removeSmall(LabelMap map, int minArea) {
    LabelIndex index = new LabelIndex(map.labels());
    int[] area = new int[index.count() + 1];
    for (int label : map.labels()) {
      area[index.rank(label)]++;
    }
    int[] result = map.labels().clone();
    for (int i = 0; i < result.length; i++) {
      if (area[index.rank(result[i])] < minArea) {
        result[i] = 0;
      }
    }
    return LabelMap.of(map.width(), map.height(), result);
  }

  /**
   * Fills holes: a 4-connected part of the background that does not reach the edge of the picture
   * and has a single object as its neighbour becomes part of that object. A gap between two objects
   * stays.
   *
   * @param map the objects; not changed
   * @return a map without holes
   */
  public static LabelMap fillHoles(LabelMap map) {
    int width = map.width();
    int height = map.height();
    int[] labels = map.labels();
    boolean[] background = new boolean[labels.length];
    for (int i = 0; i < labels.length; i++) {
      background[i] = labels[i] == 0;
    }
    LabelMap gaps = ConnectedComponents.of(background, width, height, Connectivity.FOUR);
    int[] owner = new int[Arrays.stream(gaps.labels()).max().orElse(0) + 1];
    for (int y = 0, i = 0; y < height; y++) {
      for (int x = 0; x < width; x++, i++) {
        int gap = gaps.labels()[i];
        if (gap == 0) {
          continue;
        }
        if (x == 0 || y == 0 || x == width - 1 || y == height - 1) {
          owner[gap] = NOT_A_HOLE;
          continue;
        }
        claim(owner, gap, labels[i - 1]);
        claim(owner, gap, labels[i + 1]);
        claim(owner, gap, labels[i - width]);
        claim(owner, gap, labels[i + width]);
      }
    }
    int[] result = labels.clone();
    for (int i = 0; i < result.length; i++) {
      int gap = gaps.labels()[i];
      if (gap != 0 && owner[gap] != NOT_A_HOLE) {
        result[i] = owner[gap];
      }
    }
    return LabelMap.of(width, height, result);
  }

  private static final int NOT_A_HOLE = -1;

  private static void claim(int[] owner, int gap, int neighbour) {
    if (neighbour == 0 || owner[gap] == neighbour) {
      return;
    }
    owner[gap] = owner[gap] == 0 ? neighbour : NOT_A_HOLE;
  }
}
