package dev.fovea.detection.mask;

/** Which pixels of a picture belong to an object. Immutable and thread-safe. */
public sealed interface Mask permits RleMask, PolygonMask {
  /** Most pixels of a picture that a mask may have. */
  long MAX_PIXELS = 1L << 30;

  /** Columns of the picture. */
  int width();

  /** Rows of the picture. */
  int height();

  /** The pixels as runs. */
  RleMask toRle();

  /**
   * Refuses sizes that are not those of a picture.
   *
   * @throws IllegalArgumentException if one is below 1 or both together have too many pixels
   */
  static void requireSize(int width, int height) {
    if (width < 1 || height < 1 || (long) width * height > MAX_PIXELS) {
      throw new IllegalArgumentException(
          "mask: found a picture of "
              + width
              + " x "
              + height
              + ", expected 1 to "
              + MAX_PIXELS
              + " pixels");
    }
  }
}
