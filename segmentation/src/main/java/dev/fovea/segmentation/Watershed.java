package dev.fovea.segmentation;

/**
 * Seeded watershed by priority flood (Meyer, 1991): the seeds grow over the landscape, lowest pixel
 * first, and among pixels of equal height the one reached first. Every mask pixel that a seed can
 * reach gets a label; there are no dividing lines between the basins.
 */
public final class Watershed {
  private Watershed() {}

  /**
   * Floods a landscape from seeds.
   *
   * @param seeds start pixels of the basins; those outside the mask are dropped; not changed
   * @param landscape height of every pixel, row-major, not NaN; not changed
   * @param mask where the flood may go, row-major; not changed
   * @param connectivity to which neighbours the flood goes
   * @return a new map that holds the seeds' labels; mask pixels that no seed reaches are 0
   * @throws IllegalArgumentException if a length does not fit or the landscape holds NaN
   */
  public static LabelMap flood(
      LabelMap seeds, float[] landscape, boolean[] mask, Connectivity connectivity) {
    int width = seeds.width();
    int height = seeds.height();
    Grids.requireLength("landscape", landscape.length, width, height);
    Grids.requireLength("mask", mask.length, width, height);
    int[] labels = new int[landscape.length];
    PixelQueue queue = new PixelQueue();
    for (int i = 0; i < labels.length; i++) {
      if (Float.isNaN(landscape[i])) {
        throw new IllegalArgumentException(
            "landscape at (" + i % width + ", " + i / width + ") is NaN, expected a number");
      }
      if (mask[i] && seeds.labels()[i] != 0) {
        labels[i] = seeds.labels()[i];
        queue.add(landscape[i], i);
      }
    }
    while (!queue.isEmpty()) {
      int i = queue.remove();
      int x = i % width;
      int y = i / width;
      for (int k = 0; k < connectivity.size(); k++) {
        int nx = x + connectivity.dx(k);
        int ny = y + connectivity.dy(k);
        if (nx < 0 || nx >= width || ny < 0 || ny >= height) {
          continue;
        }
        int j = ny * width + nx;
        if (mask[j] && labels[j] == 0) {
          labels[j] = labels[i];
          // Its own height, even where that is below the present level: a pit fills at once, from
          // the basin that reached it first.
          queue.add(landscape[j], j);
        }
      }
    }
    return LabelMap.of(width, height, labels);
  }
}
