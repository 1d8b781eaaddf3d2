package dev.fovea.segmentation;

import java.util.ArrayList;
import java.util.List;

/**
 * An instance segmentation: one int per pixel, row-major, 0 for background and a positive number
 * for the pixels of one object. An object may have several connected parts; numbers may have gaps.
 *
 * <p>Safe for use by several threads as long as nobody writes to {@link #labels()}.
 */
public final class LabelMap {
  private final int width;
  private final int height;
  private final int[] labels;

  private LabelMap(int width, int height, int[] labels) {
    this.width = width;
    this.height = height;
    this.labels = labels;
  }

  /**
   * Wraps an array without copying it.
   *
   * @param width number of columns
   * @param height number of rows
   * @param labels {@code width * height} values, row-major, none negative
   * @return the map, backed by {@code labels}
   * @throws IllegalArgumentException if the length does not fit or a label is negative
   */
  public static LabelMap of(int width, int height, int[] labels) {
    Grids.requireLength("label map", labels.length, width, height);
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0) {
        throw new IllegalArgumentException(
            "label at ("
                + i % width
                + ", "
                + i / width
                + ") is "
                + labels[i]
                + ", expected 0 or more");
      }
    }
    return new LabelMap(width, height, labels);
  }

  /**
   * Returns the number of columns.
   *
   * @return the width in pixels
   */
  public int width() {
    return width;
  }

  /**
   * Returns the number of rows.
   *
   * @return the height in pixels
   */
  public int height() {
    return height;
  }

  /**
   * Returns the label of one pixel.
   *
   * @param x column, {@code 0 <= x < width()}
   * @param y row, {@code 0 <= y < height()}
   * @return the label, 0 for background
   */
  public int get(int x, int y) {
    if (x < 0 || x >= width || y < 0 || y >= height) {
      throw new IndexOutOfBoundsException(
          "pixel (" + x + ", " + y + ") of a " + width + " x " + height + " map");
    }
    return labels[y * width + x];
  }

  /**
   * Returns the pixels themselves, row-major; not a copy.
   *
   * @return the array behind this map
   */
  public int[] labels() {
    return labels;
  }

  /**
   * Returns the number of distinct labels, background not counted.
   *
   * @return the number of objects
   */
  public int count() {
    return new LabelIndex(labels).count();
  }

  /**
   * Renumbers the objects 1..n without gaps, in the order of their present labels.
   *
   * @return a new map; this one is not changed
   */
  public LabelMap relabelSequential() {
    LabelIndex index = new LabelIndex(labels);
    int[] result = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      result[i] = index.rank(labels[i]);
    }
    return new LabelMap(width, height, result);
  }

  /**
   * Measures every object.
   *
   * @return one region per label, in ascending label order
   */
  public List<Region> regions() {
    LabelIndex index = new LabelIndex(labels);
    int n = index.count() + 1;
    int[] area = new int[n];
    int[] left = new int[n];
    int[] right = new int[n];
    int[] top = new int[n];
    int[] bottom = new int[n];
    long[] sumX = new long[n];
    long[] sumY = new long[n];
    for (int y = 0, i = 0; y < height; y++) {
      for (int x = 0; x < width; x++, i++) {
        int r = index.rank(labels[i]);
        if (r == 0) {
          continue;
        }
        if (area[r]++ == 0) {
          left[r] = x;
          top[r] = y;
        }
        left[r] = Math.min(left[r], x);
        right[r] = Math.max(right[r], x + 1);
        bottom[r] = y + 1;
        sumX[r] += x;
        sumY[r] += y;
      }
    }
    List<Region> regions = new ArrayList<>(n - 1);
    for (int r = 1; r < n; r++) {
      regions.add(
          new Region(
              index.label(r),
              area[r],
              left[r],
              top[r],
              right[r],
              bottom[r],
              (double) sumX[r] / area[r] + 0.5,
              (double) sumY[r] / area[r] + 0.5));
    }
    return regions;
  }

  /** Returns the size and the number of objects, for messages. */
  @Override
  public String toString() {
    return "LabelMap " + width + " x " + height + ", " + count() + " objects";
  }

  /**
   * Size and place of one object, in pixels of the map.
   *
   * @param label its label
   * @param area number of pixels
   * @param x0 left edge of the bounding box
   * @param y0 upper edge of the bounding box
   * @param x1 right edge of the bounding box; the box is half-open, {@code x0 <= x < x1}
   * @param y1 lower edge of the bounding box; {@code y0 <= y < y1}
   * @param centroidX mean of the pixel centres; the centre of the pixel in column x is x + 0.5
   * @param centroidY mean of the pixel centres; the centre of the pixel in row y is y + 0.5
   */
  public record Region(
      int label, int area, int x0, int y0, int x1, int y1, double centroidX, double centroidY) {}
}
