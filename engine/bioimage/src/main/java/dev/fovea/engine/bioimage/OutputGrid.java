package dev.fovea.engine.bioimage;

/**
 * How the pixels of an output lie to those of the input along an axis: input coordinate {@code s}
 * is output coordinate {@code s * numerator / denominator}; a run on {@code n} pixels gives {@code
 * floor(n * numerator / denominator) + offset}, the offset in equal parts at both ends.
 *
 * @param numerator at least 1
 * @param denominator at least 1, without a common divisor
 * @param offset even
 * @param halo pixels at either end of a run's output that are not to be used
 */
record OutputGrid(int numerator, int denominator, int offset, int halo) {
  private static final int MAX_DENOMINATOR = 64;
  private static final double TOLERANCE = 1e-6;

  /**
   * The grid of an output's axis.
   *
   * @param what for messages
   * @throws IllegalArgumentException if tiles cannot be laid side by side on it
   */
  static OutputGrid of(String what, double factor, int offset, int halo) {
    if (offset % 2 != 0) {
      throw new IllegalArgumentException(
          what + ": found an offset of " + offset + ", expected an even one, half at either end");
    }
    for (int d = 1; d <= MAX_DENOMINATOR; d++) {
      double n = factor * d;
      if (Math.abs(n - Math.rint(n)) <= TOLERANCE * n && n >= 1 && n <= 1 << 12) {
        return new OutputGrid((int) Math.rint(n), d, offset, halo);
      }
    }
    throw new IllegalArgumentException(
        what
            + ": found a scale of "
            + factor
            + ", expected a fraction with a denominator up to "
            + MAX_DENOMINATOR);
  }

  /** Output pixels of so many input pixels, the offset aside. */
  int scaled(int input) {
    return Math.toIntExact((long) input * numerator / denominator);
  }

  /** Input pixels at either end of a run for which it gives nothing usable. */
  int margin() {
    int lost = Math.max(0, halo - offset / 2);
    return (int) (((long) lost * denominator + numerator - 1) / numerator);
  }
}
