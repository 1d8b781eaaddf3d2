package dev.fovea.visualize;

import dev.fovea.engine.image.Image;
import java.util.List;

/** Many pictures in one. */
public final class ContactSheet {
  private static final int WHITE = 0xffffff;

  private ContactSheet() {}

  /**
   * Pictures in rows, from left to right and from above to below; a column is as wide as its widest
   * picture, a row as high as its highest, and what is left is white.
   *
   * @param images shown as by {@link Overlays#display}
   * @param columns how many stand in a row, at least 1
   * @param gap pixels between two pictures
   * @param scale how many times to enlarge each, at least 1
   * @return a new 8-bit colour picture
   * @throws IllegalArgumentException if there is no picture, or a number is less
   */
  public static Image of(List<Image> images, int columns, int gap, int scale) {
    if (images.isEmpty() || columns < 1 || gap < 0 || scale < 1) {
      throw new IllegalArgumentException(
          "contact sheet: found "
              + images.size()
              + " pictures, columns "
              + columns
              + ", gap "
              + gap
              + ", scale "
              + scale
              + ", expected at least 1, 1, 0 and 1");
    }
    int[] widths = new int[Math.min(columns, images.size())];
    int[] heights = new int[(images.size() + columns - 1) / columns];
    for (int i = 0; i < images.size(); i++) {
      Image image = images.get(i);
      widths[i % columns] = Math.max(widths[i % columns], image.width() * scale);
      heights[i / columns] = Math.max(heights[i / columns], image.height() * scale);
    }
    Canvas canvas = new Canvas(total(widths, gap), total(heights, gap));
    for (int i = 0; i < canvas.width() * canvas.height(); i++) {
      canvas.set(i, WHITE);
    }
    int y = 0;
    for (int row = 0; row < heights.length; row++) {
      int x = 0;
      for (int c = 0; c < columns && row * columns + c < images.size(); c++) {
        canvas.draw(Overlays.display(images.get(row * columns + c)), x, y, scale);
        x += widths[c] + gap;
      }
      y += heights[row] + gap;
    }
    return canvas.toImage();
  }

  private static int total(int[] sizes, int gap) {
    int sum = gap * (sizes.length - 1);
    for (int size : sizes) {
      sum = Math.addExact(sum, size);
    }
    return sum;
  }
}
