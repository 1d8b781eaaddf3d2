package dev.fovea.segmentation;

import java.util.Arrays;

/**
 * Extra loss weight for pixels between neighbouring objects (Ronneberger, Fischer and Brox, U-Net,
 * 2015, equation 2): {@code w0 exp(-(d1 + d2)^2 / (2 sigma^2))}, where d1 and d2 are the distances
 * to the nearest and to the second nearest object. The class weight of that equation is added by
 * the caller.
 *
 * <p>Distances are between pixel centres and 0 on an object's own pixels, so the weight is large in
 * a narrow gap and, where objects touch, on both sides of their common border. Where there are
 * fewer than two objects within six sigma the weight is 0.
 */
public final class BorderWeights {
  /** Value of w0 in the paper. */
  public static final double DEFAULT_W0 = 10;

  /** Value of sigma in the paper, in pixels. */
  public static final double DEFAULT_SIGMA = 5;

  private static final int NONE = Integer.MAX_VALUE;

  private BorderWeights() {}

  /**
   * Computes the weight of every pixel.
   *
   * @param map the objects; not changed
   * @param w0 weight where two objects touch, 0 or more
   * @param sigma distance in pixels over which the weight falls off, above 0 and at most 1000
   * @return weights, row-major
   * @throws IllegalArgumentException if {@code w0} or {@code sigma} is out of range
   */
  public static float[] of(LabelMap map, double w0, double sigma) {
    if (!(w0 >= 0) || Double.isInfinite(w0)) {
      throw new IllegalArgumentException("w0 is " + w0 + ", expected 0 or more");
    }
    if (!(sigma > 0) || sigma > 1000) {
      throw new IllegalArgumentException(
          "sigma is " + sigma + ", expected more than 0 and at most 1000 pixels");
    }
    int reach = (int) Math.ceil(6 * sigma);
    NearestTwo inColumn = nearestInColumn(map, reach);
    float[] weights = new float[map.labels().length];
    NearestTwo nearest = new NearestTwo(1);
    for (int i = 0; i < weights.length; i++) {
      searchRow(inColumn, i, map.width(), reach, nearest);
      if (nearest.square2[0] != NONE) {
        weights[i] =
            (float) weight(Math.sqrt(nearest.square1[0]), Math.sqrt(nearest.square2[0]), w0, sigma);
      }
    }
    return weights;
  }

  static double weight(double d1, double d2, double w0, double sigma) {
    double d = d1 + d2;
    return w0 * Math.exp(-d * d / (2 * sigma * sigma));
  }

  /**
   * For every pixel, the two nearest objects of its own column. They are all that a row search
   * needs: an object that is the second nearest of some pixel is, in the column of its nearest
   * point, at most the second.
   */
  private static NearestTwo nearestInColumn(LabelMap map, int reach) {
    NearestTwo nearest = new NearestTwo(map.labels().length);
    for (int x = 0; x < map.width(); x++) {
      sweepColumn(map, x, 0, 1, reach, nearest);
      sweepColumn(map, x, map.height() - 1, -1, reach, nearest);
    }
    return nearest;
  }

  private static void sweepColumn(
      LabelMap map, int x, int firstRow, int step, int reach, NearestTwo nearest) {
    int label = 0;
    int row = 0;
    int otherLabel = 0;
    int otherRow = 0;
    for (int y = firstRow; y >= 0 && y < map.height(); y += step) {
      int i = y * map.width() + x;
      int here = map.labels()[i];
      if (here != 0) {
        if (here != label) {
          otherLabel = label;
          otherRow = row;
          label = here;
        }
        row = y;
      }
      offerWithin(nearest, i, label, Math.abs(y - row), reach);
      offerWithin(nearest, i, otherLabel, Math.abs(y - otherRow), reach);
    }
  }

  private static void offerWithin(NearestTwo nearest, int i, int label, int distance, int reach) {
    if (label != 0 && distance <= reach) {
      nearest.offer(i, label, distance * distance);
    }
  }

  /** Finds the two objects nearest to pixel {@code i} and puts them into {@code nearest}. */
  private static void searchRow(
      NearestTwo inColumn, int i, int width, int reach, NearestTwo nearest) {
    nearest.clear();
    int x = i % width;
    int furthest = Math.min(reach, Math.max(x, width - 1 - x));
    for (int dx = 0; dx <= furthest && dx * dx < nearest.square2[0]; dx++) {
      if (dx <= x) {
        offerColumn(inColumn, i - dx, dx * dx, nearest);
      }
      if (dx > 0 && x + dx < width) {
        offerColumn(inColumn, i + dx, dx * dx, nearest);
      }
    }
  }

  private static void offerColumn(NearestTwo inColumn, int j, int square, NearestTwo nearest) {
    if (inColumn.square1[j] != NONE) {
      nearest.offer(0, inColumn.label1[j], inColumn.square1[j] + square);
    }
    if (inColumn.square2[j] != NONE) {
      nearest.offer(0, inColumn.label2[j], inColumn.square2[j] + square);
    }
  }

  /** For each of many slots the nearest and the second nearest object offered so far. */
  private static final class NearestTwo {
    final int[] label1;
    final int[] square1;
    final int[] label2;
    final int[] square2;

    NearestTwo(int slots) {
      label1 = new int[slots];
      square1 = new int[slots];
      label2 = new int[slots];
      square2 = new int[slots];
      clear();
    }

    void clear() {
      Arrays.fill(square1, NONE);
      Arrays.fill(square2, NONE);
      Arrays.fill(label1, 0);
      Arrays.fill(label2, 0);
    }

    void offer(int slot, int label, int square) {
      if (label == label1[slot]) {
        square1[slot] = Math.min(square1[slot], square);
      } else if (square < square1[slot]) {
        label2[slot] = label1[slot];
        square2[slot] = square1[slot];
        label1[slot] = label;
        square1[slot] = square;
      } else if (square < square2[slot]) {
        label2[slot] = label;
        square2[slot] = square;
      }
    }
  }
}
