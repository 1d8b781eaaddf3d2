package dev.fovea.segmentation;

import java.util.Arrays;

/**
 * Exact Euclidean distance transform in linear time: the lower envelope of parabolas, first along
 * the columns, then along the rows (Felzenszwalb and Huttenlocher, Distance Transforms of Sampled
 * Functions, 2012). Squared distances are integers and the envelope is cut with integer division,
 * so nothing is rounded.
 */
public final class DistanceTransform {
  /** Squared distance where no site exists. */
  public static final int NO_SITE = Integer.MAX_VALUE;

  private DistanceTransform() {}

  /**
   * Computes {@code min over sites s of |p - s|^2} for every pixel p, between pixel centres.
   *
   * @param sites {@code width * height} values, row-major; true marks a site; not changed
   * @param width number of columns
   * @param height number of rows
   * @return squared distances in pixels, row-major: 0 at sites, {@link #NO_SITE} everywhere if
   *     there is no site; larger squares than {@code NO_SITE - 1} are clamped to it
   * @throws IllegalArgumentException if the length does not fit
   */
  public static int[] squared(boolean[] sites, int width, int height) {
    Grids.requireLength("sites", sites.length, width, height);
    int[] vertical = alongColumns(sites, width, height);
    return alongRows(vertical, width, height);
  }

  /** Distance to the nearest site in the same column, or {@link #NO_SITE}. Not squared. */
  private static int[] alongColumns(boolean[] sites, int width, int height) {
    int[] distance = new int[sites.length];
    for (int i = 0; i < sites.length; i++) {
      int above = i < width ? NO_SITE : distance[i - width];
      distance[i] = sites[i] ? 0 : next(above);
    }
    for (int i = sites.length - width - 1; i >= 0; i--) {
      distance[i] = Math.min(distance[i], next(distance[i + width]));
    }
    return distance;
  }

  private static int next(int distance) {
    return distance == NO_SITE ? NO_SITE : distance + 1;
  }

  private static int[] alongRows(int[] vertical, int width, int height) {
    int[] result = new int[vertical.length];
    int[] vertex = new int[width];
    int[] start = new int[width];
    for (int y = 0; y < height; y++) {
      int row = y * width;
      int last = envelope(vertical, row, width, vertex, start);
      if (last < 0) {
        Arrays.fill(result, row, row + width, NO_SITE);
        continue;
      }
      int k = 0;
      for (int x = 0; x < width; x++) {
        while (k < last && start[k + 1] <= x) {
          k++;
        }
        result[row + x] = (int) Math.min(NO_SITE - 1L, at(vertical[row + vertex[k]], vertex[k], x));
      }
    }
    return result;
  }

  /**
   * Finds the parabolas on the lower envelope: {@code vertex[k]} is the column of the k-th one and
   * {@code start[k]} the first column where it is the lowest. Returns the last k, -1 if none.
   */
  private static int envelope(int[] vertical, int row, int width, int[] vertex, int[] start) {
    int last = -1;
    for (int x = 0; x < width; x++) {
      if (vertical[row + x] == NO_SITE) {
        continue;
      }
      long from = 0;
      while (last >= 0) {
        from = firstColumn(vertical, row, vertex[last], x);
        if (from > start[last]) {
          break;
        }
        last--;
      }
      if (last < 0) {
        from = 0;
      }
      if (from < width) {
        last++;
        vertex[last] = x;
        start[last] = (int) from;
      }
    }
    return last;
  }

  /** First column where the parabola at {@code right} is strictly below the one at {@code left}. */
  private static long firstColumn(int[] vertical, int row, int left, int right) {
    long atZeroLeft = at(vertical[row + left], left, 0);
    long atZeroRight = at(vertical[row + right], right, 0);
    return Math.floorDiv(atZeroRight - atZeroLeft, 2L * (right - left)) + 1;
  }

  /**
   * Value at {@code x} of the parabola of a site {@code down} rows away in column {@code column}.
   */
  private static long at(int down, int column, int x) {
    long dx = x - column;
    return dx * dx + (long) down * down;
  }
}
