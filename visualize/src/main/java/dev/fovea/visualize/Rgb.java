package dev.fovea.visualize;

/** Colours packed as {@code 0xRRGGBB}. */
final class Rgb {
  private Rgb() {}

  /** Packs three shares of full intensity, clamped to [0, 1]. */
  static int of(double red, double green, double blue) {
    return level(red) << 16 | level(green) << 8 | level(blue);
  }

  private static int level(double share) {
    return (int) Math.round(255 * Math.max(0, Math.min(1, share)));
  }

  /** {@code (1 - opacity) below + opacity above}, for each of the three. */
  static int blend(int below, int above, double opacity) {
    int result = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int a = below >> shift & 0xff;
      int b = above >> shift & 0xff;
      result |= (int) Math.round(a + opacity * (b - a)) << shift;
    }
    return result;
  }
}
