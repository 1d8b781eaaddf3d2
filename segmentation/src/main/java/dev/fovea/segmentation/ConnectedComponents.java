package dev.fovea.segmentation;

/**
 * Connected component labelling in two raster passes with a union-find forest (Rosenfeld and
 * Pfaltz, 1966). Components are numbered 1..n in the raster order of their first pixel. Time is
 * practically linear in the number of pixels.
 */
public final class ConnectedComponents {
  private ConnectedComponents() {}

  /**
   * Labels the connected components of the true pixels.
   *
   * @param mask {@code width * height} values, row-major; not changed
   * @param width number of columns
   * @param height number of rows
   * @param connectivity which neighbours connect
   * @return a new map with one label per component
   * @throws IllegalArgumentException if the length does not fit
   */
  public static LabelMap of(boolean[] mask, int width, int height, Connectivity connectivity) {
    Grids.requireLength("mask", mask.length, width, height);
    int[] values = new int[mask.length];
    for (int i = 0; i < mask.length; i++) {
      values[i] = mask[i] ? 1 : 0;
    }
    return label(values, width, height, connectivity);
  }

  /**
   * Splits every object into its connected parts: pixels are in one part if a path of neighbours of
   * equal label joins them.
   *
   * @param map the objects; not changed
   * @param connectivity which neighbours connect
   * @return a new map with one label per part
   */
  public static LabelMap of(LabelMap map, Connectivity connectivity) {
    return label(map.labels(), map.width(), map.height(), connectivity);
  }

  private static LabelMap label(int[] values, int width, int height, Connectivity connectivity) {
    // parent[i] is a pixel of the same component that is not later in raster order, so a root is
    // the first pixel of its component. The neighbours visited before a pixel come first in the
    // connectivity's own raster order.
    int[] parent = new int[values.length];
    int earlier = connectivity.size() / 2;
    for (int y = 0, i = 0; y < height; y++) {
      for (int x = 0; x < width; x++, i++) {
        parent[i] = i;
        if (values[i] == 0) {
          continue;
        }
        for (int k = 0; k < earlier; k++) {
          int nx = x + connectivity.dx(k);
          int ny = y + connectivity.dy(k);
          if (nx < 0 || nx >= width || ny < 0) {
            continue;
          }
          int j = ny * width + nx;
          if (values[j] == values[i]) {
            union(parent, i, j);
          }
        }
      }
    }
    int[] labels = new int[values.length];
    int count = 0;
    for (int i = 0; i < labels.length; i++) {
      if (values[i] != 0) {
        int root = find(parent, i);
        labels[i] = root == i ? ++count : labels[root];
      }
    }
    return LabelMap.of(width, height, labels);
  }

  private static void union(int[] parent, int a, int b) {
    int rootA = find(parent, a);
    int rootB = find(parent, b);
    if (rootA < rootB) {
      parent[rootB] = rootA;
    } else {
      parent[rootA] = rootB;
    }
  }

  /** Root of a pixel; halves the path on the way. */
  private static int find(int[] parent, int i) {
    int node = i;
    while (parent[node] != node) {
      parent[node] = parent[parent[node]];
      node = parent[node];
    }
    return node;
  }
}
