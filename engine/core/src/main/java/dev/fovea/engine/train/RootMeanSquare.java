package dev.fovea.engine.train;

import java.util.Locale;

/**
 * An optimizer that divides gradients by the root of a running mean of their squares, {@code s = d
 * s + (1 - d) g^2}.
 */
abstract class RootMeanSquare extends PerParameterOptimizer {

  private final String name;
  private final double decay;
  private final double epsilon;

  /** {@code d}, {@code 1 - d} and the epsilon in the precision of the updates. */
  final float keep;

  final float take;
  final float floor;

  /**
   * With given hyper-parameters.
   *
   * @param name for messages and descriptions
   * @param slots state tensors for each parameter, the first for {@code s}
   * @param decay {@code d} in [0, 1)
   * @param epsilon keeps what is divided by above zero, positive
   */
  RootMeanSquare(String name, int slots, double decay, double epsilon) {
    super(slots);
    check(name, epsilon, decay);
    this.name = name;
    this.decay = decay;
    this.epsilon = epsilon;
    this.keep = (float) decay;
    // Not 1 - keep: of a decay near 1 that leaves few digits.
    this.take = (float) (1 - decay);
    this.floor = (float) epsilon;
  }

  @Override
  public final String describe() {
    return name.toLowerCase(Locale.ROOT) + " decay=" + decay + " epsilon=" + epsilon;
  }
}
