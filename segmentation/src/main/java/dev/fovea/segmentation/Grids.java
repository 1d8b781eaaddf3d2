package dev.fovea.segmentation;

/** Checks on the sizes of row-major pixel grids. */
final class Grids {
  private Grids() {}

  /**
   * Returns the number of pixels of a grid.
   *
   * @throws IllegalArgumentException if a side is not positive or the product exceeds an int
   */
  static int area(int width, int height) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "size is " + width + " x " + height + ", expected at least 1 x 1");
    }
    long area = (long) width * height;
    if (area > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "size is " + width + " x " + height + ", expected at most 2^31 - 9 pixels");
    }
    return (int) area;
  }

  /**
   * Refuses an array whose length does not fit the grid.
   *
   * @throws IllegalArgumentException if {@code length} is not {@code width * height}
   */
  static void requireLength(String what, int length, int width, int height) {
    int area = area(width, height);
    if (length != area) {
      throw new IllegalArgumentException(
          what + " has " + length + " values, expected " + width + " x " + height + " = " + area);
    }
  }

  /**
   * Refuses two label maps of different size.
   *
   * @throws IllegalArgumentException if the sizes differ
   */
  static void requireSameSize(LabelMap truth, LabelMap predicted) {
    if (truth.width() != predicted.width() || truth.height() != predicted.height()) {
      throw new IllegalArgumentException(
          "predicted label map is "
              + predicted.width()
              + " x "
              + predicted.height()
              + ", expected the size of the true one, "
              + truth.width()
              + " x "
              + truth.height());
    }
  }
}
