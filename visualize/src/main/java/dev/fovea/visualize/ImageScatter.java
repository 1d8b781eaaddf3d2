package dev.fovea.visualize;

import dev.fovea.engine.image.Image;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Pictures at the points of a plane that belong to them. */
public final class ImageScatter {
  private static final int WHITE = 0xffffff;
  private static final int FRAME = 2;

  private ImageScatter() {}

  /**
   * Draws small pictures where their points lie, the plane stretched to the drawing; of those that
   * would come to lie on each other only the first is drawn.
   *
   * @param pictures all of one size
   * @param points a pair for each picture, any units
   * @param labels classes of the pictures, 0 or more, as the colours of their frames (see {@link
   *     LabelColors}, from 1)
   * @param side of the drawing in pixels
   * @return a new 8-bit colour picture
   * @throws IllegalArgumentException if there are not as many points and labels, or nothing to draw
   */
  public static Image of(List<Image> pictures, double[][] points, int[] labels, int side) {
    int n = pictures.size();
    if (n == 0 || points.length != n || labels.length != n) {
      throw new IllegalArgumentException(
          "image scatter: found "
              + n
              + " pictures, "
              + points.length
              + " points, "
              + labels.length
              + " labels, expected as many, at least one");
    }
    int width = pictures.get(0).width() + 2 * FRAME;
    int height = pictures.get(0).height() + 2 * FRAME;
    Canvas canvas = new Canvas(side, side);
    for (int i = 0; i < side * side; i++) {
      canvas.set(i, WHITE);
    }
    Set<Integer> taken = new HashSet<>();
    for (int i = 0; i < n; i++) {
      // Cells of the pictures' size: whole pictures can be told apart, and gaps stay gaps.
      int column = (int) (place(points, i, 0) * (side / width - 1e-9));
      int row = (int) (place(points, i, 1) * (side / height - 1e-9));
      if (taken.add(row * side + column)) {
        fill(canvas, column * width, row * height, width, height, LabelColors.rgb(labels[i] + 1));
        canvas.draw(
            Overlays.display(pictures.get(i)), column * width + FRAME, row * height + FRAME, 1);
      }
    }
    return canvas.toImage();
  }

  private static void fill(Canvas canvas, int x0, int y0, int width, int height, int rgb) {
    for (int y = y0; y < y0 + height; y++) {
      for (int x = x0; x < x0 + width; x++) {
        canvas.set(y * canvas.width() + x, rgb);
      }
    }
  }

  /** A coordinate as a share of the range of all. */
  private static double place(double[][] points, int i, int d) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double[] p : points) {
      low = Math.min(low, p[d]);
      high = Math.max(high, p[d]);
    }
    return high > low ? (points[i][d] - low) / (high - low) : 0.5;
  }
}
