package dev.fovea.engine.monitor;

/**
 * Which steps of a training are looked into: those at equal distances, and before the second of
 * these the powers of two, as most happens at the start. The distance is such that there are one
 * look in {@link #STEPS_A_LOOK} steps and at most {@link #MOST_LOOKS} in all, but at least {@link
 * #FEWEST_LOOKS} where there are so many steps.
 *
 * @param steps planned length of the training; 0 while it is not known, which it is after the first
 *     step: until then, only step 0
 */
record Spacing(long steps) {
  static final int STEPS_A_LOOK = 32;
  static final int FEWEST_LOOKS = 20;
  static final int MOST_LOOKS = 96;

  /** Before the first step. */
  static final Spacing UNKNOWN = new Spacing(0);

  /**
   * Whether a step is looked into.
   *
   * @param step from 0
   */
  boolean looksInto(long step) {
    if (steps == 0) {
      return step == 0;
    }
    long interval = interval();
    return step < interval ? Long.bitCount(step) <= 1 : step % interval == 0;
  }

  private long interval() {
    long looks = Math.max(FEWEST_LOOKS, Math.min(MOST_LOOKS, steps / STEPS_A_LOOK));
    // Rounded down while that gives the fewest looks, else up, so that there are never more.
    return looks == FEWEST_LOOKS ? Math.max(1, steps / looks) : (steps + looks - 1) / looks;
  }
}
