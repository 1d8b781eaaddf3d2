package dev.fovea.detection.box;

/**
 * The level of a feature pyramid from which the features of a region are taken: {@code k =
 * floor(middle + log2(sqrt(w h) / size))} (Lin et al. 2017, "Feature Pyramid Networks", equation
 * 1). Immutable and thread-safe.
 *
 * @param least level that the smallest regions get
 * @param most level that the largest regions get
 * @param middle level of a region of the given size
 * @param size side of that region, in pixels
 */
public record PyramidLevels(int least, int most, int middle, double size) {
  /** Levels 2 to 5; a region of 224 pixels, what classifiers are trained with, belongs to 4. */
  public static final PyramidLevels P2_TO_P5 = new PyramidLevels(2, 5, 4, 224);

  /** So that a region of exactly a power of two times the size is not one level too low. */
  private static final double ROUNDING = 1e-6;

  /** The level of a region; the lowest for one without area. */
  public int of(Box region) {
    double exact = middle + Math.log(Math.sqrt(region.area()) / size) / Math.log(2);
    return (int) Box.clamp(Math.floor(exact + ROUNDING), least, most);
  }
}
