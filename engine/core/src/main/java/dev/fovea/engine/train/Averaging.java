package dev.fovea.engine.train;

/**
 * Which average of the weights along the way of a training is validated and kept in place of the
 * last ones. Immutable.
 *
 * @param kind of average
 * @param value decay of the exponential average, or the share of the training after which the plain
 *     average starts
 */
public record Averaging(Kind kind, double value) {

  /** Kinds of average. */
  public enum Kind {
    /** The weights as they are. */
    NONE,
    /**
     * After each step {@code a = d a + (1 - d) w} with {@code d = min(decay, (1 + n) / (10 + n))}
     * in step {@code n}, so that the random start is soon forgotten; running statistics alike.
     * Polyak and Juditsky, 1992; the ramp as in TensorFlow.
     */
    EMA,
    /**
     * The mean of the weights after each epoch from a share of the training on; the running
     * statistics of normalisations, which belong to no weights so far, are measured again for them
     * on training batches. Izmailov et al., "Averaging weights leads to wider optima", UAI 2018.
     */
    SWA
  }

  /** Checks the range. */
  public Averaging {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          "weight averaging: expected a decay or share in [0, 1), found " + value);
    }
  }

  /** No average. */
  public static Averaging none() {
    return new Averaging(Kind.NONE, 0);
  }

  /**
   * An exponential average.
   *
   * @param decay in [0, 1), near 1: about {@code 1 / (1 - decay)} steps count
   */
  public static Averaging ema(double decay) {
    return new Averaging(Kind.EMA, decay);
  }

  /**
   * A plain average of the weights after each epoch.
   *
   * @param start share of the training that is done when it starts; the paper's is 0.75. Wants a
   *     learning rate that stays large
   */
  public static Averaging swa(double start) {
    return new Averaging(Kind.SWA, start);
  }
}
