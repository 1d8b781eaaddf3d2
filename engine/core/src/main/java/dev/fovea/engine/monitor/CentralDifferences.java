package dev.fovea.engine.monitor;

/**
 * A derivative by central differences, {@code (f(x + h) - f(x - h)) / 2h}, with an estimate of its
 * own error.
 *
 * <p>In float32 no single step is right: a large one crosses kinks and bends, a small one drowns in
 * the rounding of the outputs. So steps from {@code h} down to {@code h / 2^(LEVELS - 1)} are
 * tried, neighbours are extrapolated (Richardson: {@code (4 D(h/2) - D(h)) / 3} has an error of
 * {@code h^4}), and the step is taken whose result changes least from one to the next. By how much
 * it changes is the estimate of the error.
 */
final class CentralDifferences {

  /** Number of steps tried, each half of the one before. */
  static final int LEVELS = 7;

  /** Halving the step halves the difference of the two slopes of a smooth function: 0.5 there. */
  private static final double KINK = 0.7;

  /** Relative to the slope; smaller differences of the two sides are not looked at. */
  private static final double NO_KINK = 1e-4;

  private CentralDifferences() {}

  /**
   * How a function changes.
   *
   * @param value {@code f(x + t) - f(x)}, summed in double
   * @param noise how much of that may be rounding
   */
  record Change(double value, double noise) {}

  /** A function of one number around 0. */
  @FunctionalInterface
  interface Line {
    /** {@code f(x + t d) - f(x)}. */
    Change at(double t);
  }

  /**
   * A derivative.
   *
   * @param slope its value
   * @param error how wrong that may be
   * @param left slope to the left at the step that was taken
   * @param right slope to the right
   * @param kinked whether left and right differ as those of a smooth function do not
   */
  record Estimate(double slope, double error, double left, double right, boolean kinked) {

    /** Whether there is a kink and a number lies between the slopes of its sides. */
    boolean isSubgradient(double g) {
      double slack = error + NO_KINK * Math.max(Math.abs(left), Math.abs(right));
      return kinked && g >= Math.min(left, right) - slack && g <= Math.max(left, right) + slack;
    }
  }

  /**
   * Differentiates.
   *
   * @param h the largest step; a power of two, so that moving by it rounds little
   */
  static Estimate estimate(Line line, double h) {
    double[] left = new double[LEVELS];
    double[] right = new double[LEVELS];
    double[] noise = new double[LEVELS];
    for (int k = 0; k < LEVELS; k++) {
      double step = Math.scalb(h, -k);
      Change up = line.at(step);
      Change down = line.at(-step);
      right[k] = up.value() / step;
      left[k] = -down.value() / step;
      noise[k] = (up.noise() + down.noise()) / (2 * step);
    }
    double[] extrapolated = new double[LEVELS - 1];
    for (int k = 0; k < LEVELS - 1; k++) {
      extrapolated[k] = (2 * (left[k + 1] + right[k + 1]) - 0.5 * (left[k] + right[k])) / 3;
    }
    int best = 0;
    double error = Double.POSITIVE_INFINITY;
    for (int k = 0; k + 2 < extrapolated.length; k++) {
      // Three that agree: two may do so by chance.
      double change =
          Math.max(
              Math.abs(extrapolated[k + 1] - extrapolated[k]),
              Math.abs(extrapolated[k + 2] - extrapolated[k + 1]));
      if (change + noise[k + 1] < error) {
        best = k;
        error = change + noise[k + 1];
      }
    }
    return new Estimate(
        extrapolated[best],
        error,
        left[best + 1],
        right[best + 1],
        kinked(left, right, noise, best + 1));
  }

  private static boolean kinked(double[] left, double[] right, double[] noise, int k) {
    double jump = Math.abs(right[k] - left[k]);
    double before = Math.abs(right[k - 1] - left[k - 1]);
    return jump > KINK * before
        && jump > 4 * noise[k]
        && jump > NO_KINK * (Math.abs(left[k]) + Math.abs(right[k]));
  }
}
