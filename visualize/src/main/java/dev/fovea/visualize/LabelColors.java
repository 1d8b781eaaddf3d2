package dev.fovea.visualize;

/**
 * Colours for numbered objects: neighbours in number look unlike, all stand out from black, and a
 * number has the same colour everywhere. In the spirit of Glasbey, van der Heijden, Toh and Gray,
 * "Colour displays for categorical images", 2007, but without a table of fixed length: from label
 * to label the hue turns by the golden angle and the lightness steps by another irrational number,
 * in the perceptual space OKLab (Ottosson, 2020).
 */
public final class LabelColors {
  /** Turn of the hue in full circles: successive multiples never come close to each other. */
  private static final double GOLDEN_TURN = (3 - Math.sqrt(5)) / 2;

  private static final double LIGHTNESS_STEP = Math.sqrt(2) - 1;
  private static final double DARKEST = 0.6;
  private static final double LIGHTNESS_RANGE = 0.28;
  private static final double CHROMA = 0.16;

  private LabelColors() {}

  /**
   * The colour of a label.
   *
   * @param label 0 or more; 0, the background, is black
   * @return {@code 0xRRGGBB}
   */
  public static int rgb(int label) {
    if (label == 0) {
      return 0;
    }
    double lightness = DARKEST + LIGHTNESS_RANGE * (label * LIGHTNESS_STEP % 1);
    return fromOklch(lightness, CHROMA, label * GOLDEN_TURN % 1);
  }

  /**
   * A look-up table of 256 colours for a label image: entry 0 is black.
   *
   * @return red, green and blue levels, three arrays of 256
   */
  public static byte[][] lookupTable() {
    byte[][] table = new byte[3][256];
    for (int label = 0; label < 256; label++) {
      int rgb = rgb(label);
      for (int c = 0; c < 3; c++) {
        table[c][label] = (byte) (rgb >> 16 - 8 * c);
      }
    }
    return table;
  }

  /** From lightness, chroma and hue (in full circles) to sRGB; out of gamut levels are clamped. */
  private static int fromOklch(double lightness, double chroma, double turn) {
    double a = chroma * StrictMath.cos(2 * Math.PI * turn);
    double b = chroma * StrictMath.sin(2 * Math.PI * turn);
    double l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
    double m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
    double s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
    return Rgb.of(
        companded(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
        companded(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
        companded(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s));
  }

  private static double cube(double x) {
    return x * x * x;
  }

  /** The transfer function of sRGB (IEC 61966-2-1). */
  private static double companded(double linear) {
    return linear <= 0.0031308
        ? 12.92 * Math.max(0, linear)
        : 1.055 * StrictMath.pow(linear, 1 / 2.4) - 0.055;
  }
}
