package dev.fovea.visualize.style;

import dev.fovea.engine.image.Image;

/**
 * The colours of one picture with the light of another: {@code Y} of ITU-R BT.601 from the painted
 * picture, the differences of blue and red to it from the content. Gatys, Bethge, Hertzmann and
 * Shechtman, "Preserving color in neural artistic style transfer", 2016, by luminance alone.
 */
public final class Colours {
  private static final double RED = 0.299;
  private static final double GREEN = 0.587;
  private static final double BLUE = 0.114;

  private Colours() {}

  /**
   * A painted picture in the colours of its content; red, green or blue out of range is cut off.
   *
   * @param content of three channels of 8 bits
   * @param painted of the same size, of three channels of 8 bits
   * @throws IllegalArgumentException if the sizes differ
   */
  public static Image keep(Image content, Image painted) {
    if (content.width() != painted.width() || content.height() != painted.height()) {
      throw new IllegalArgumentException(
          "colours: found pictures of %d x %d and %d x %d, expected one size"
              .formatted(content.width(), content.height(), painted.width(), painted.height()));
    }
    float[][] from = {content.plane(0), content.plane(1), content.plane(2)};
    float[][] to = {painted.plane(0), painted.plane(1), painted.plane(2)};
    byte[][] planes = new byte[3][from[0].length];
    for (int i = 0; i < from[0].length; i++) {
      double lighter = luma(to, i) - luma(from, i);
      for (int c = 0; c < 3; c++) {
        // The same change of all three leaves the differences to their luma as they are.
        double value = Math.max(0, Math.min(255, from[c][i] + lighter));
        planes[c][i] = (byte) Math.round(value);
      }
    }
    return Image.ofUint8(content.width(), content.height(), planes)
        .withCalibration(content.calibration());
  }

  private static double luma(float[][] rgb, int i) {
    return RED * rgb[0][i] + GREEN * rgb[1][i] + BLUE * rgb[2][i];
  }
}
