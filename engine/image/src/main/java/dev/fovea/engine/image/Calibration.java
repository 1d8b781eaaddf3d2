package dev.fovea.engine.image;

import java.util.Objects;

/**
 * The physical size of a pixel.
 *
 * @param pixelWidth width of one pixel in {@code unit}, finite and positive
 * @param pixelHeight height of one pixel in {@code unit}, finite and positive
 * @param unit name of the unit of length, for example {@code "micron"}; {@code "pixel"} when the
 *     picture is not calibrated
 */
public record Calibration(double pixelWidth, double pixelHeight, String unit) {

  /** One pixel is one pixel. */
  public static final Calibration NONE = new Calibration(1, 1, "pixel");

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if a size is not finite and positive, or the unit is blank
   */
  public Calibration {
    Objects.requireNonNull(unit, "unit");
    if (!isSize(pixelWidth) || !isSize(pixelHeight)) {
      throw new IllegalArgumentException(
          "pixel size: found " + pixelWidth + " x " + pixelHeight + ", expected positive numbers");
    }
    if (unit.isBlank()) {
      throw new IllegalArgumentException("unit: found a blank text, expected a unit of length");
    }
  }

  private static boolean isSize(double value) {
    return value > 0 && value < Double.POSITIVE_INFINITY;
  }

  /** Whether a physical size is known, that is, whether this differs from {@link #NONE}. */
  public boolean isCalibrated() {
    return !equals(NONE);
  }

  /** The calibration of the picture turned by 90 degrees: width and height change places. */
  public Calibration transposed() {
    return new Calibration(pixelHeight, pixelWidth, unit);
  }

  /**
   * The calibration after a resize: a picture twice as wide has pixels half as wide.
   *
   * @param scaleX new width over old width
   * @param scaleY new height over old height
   */
  public Calibration scaled(double scaleX, double scaleY) {
    return isCalibrated() ? new Calibration(pixelWidth / scaleX, pixelHeight / scaleY, unit) : this;
  }
}
