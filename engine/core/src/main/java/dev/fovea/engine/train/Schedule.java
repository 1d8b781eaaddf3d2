package dev.fovea.engine.train;

import java.util.List;

/**
 * Learning rate over the course of a training. Stateless and thread-safe: what depends on how the
 * training goes reads it from the results of the epochs so far, which a checkpoint has.
 */
@FunctionalInterface
public interface Schedule {

  /**
   * Factor of the base learning rate.
   *
   * @param progress share of the steps done, 0 at the first, below 1 at the last
   */
  double factor(double progress);

  /**
   * Factor of the base learning rate for a training that has come to these results; most schedules
   * do not look at them.
   *
   * @param progress share of the steps done, 0 at the first, below 1 at the last
   * @param history results of the epochs so far
   */
  default double factor(double progress, List<EpochResult> history) {
    return factor(progress);
  }

  /** Name and figures in one line: a checkpoint belongs to it. */
  default String describe() {
    return "custom";
  }

  /** Always the base rate. */
  static Schedule constant() {
    return new Schedules.Named("constant", progress -> 1);
  }

  /**
   * Down to 0 along half a cosine: {@code (1 + cos(pi progress)) / 2}. Loshchilov and Hutter,
   * "SGDR", ICLR 2017.
   */
  static Schedule cosine() {
    return new Schedules.Named("cosine", Schedules::cosine);
  }

  /**
   * Several cosines one after the other, each from the base rate down to 0: "warm restarts" of the
   * same paper; the weights before each restart are the members of a snapshot ensemble.
   *
   * @param cycles how many
   * @param growth how many times as long as the one before each is; 1 for equal ones
   */
  static Schedule cosineRestarts(int cycles, double growth) {
    return Schedules.cosineRestarts(cycles, growth);
  }

  /**
   * Multiplied by {@code gamma} at each of {@code steps} equal steps: {@code gamma^floor(p steps)}.
   */
  static Schedule step(int steps, double gamma) {
    return new Schedules.Named(
        "step " + steps + " " + gamma,
        progress -> StrictMath.pow(gamma, Math.floor(progress * steps)));
  }

  /** Exponentially down to {@code last} at the end: {@code last^progress}. */
  static Schedule exponential(double last) {
    return new Schedules.Named("exponential " + last, progress -> StrictMath.pow(last, progress));
  }

  /** The course's 1/t: {@code 1 / (1 + k progress)}, with {@code k} for {@code last} at the end. */
  static Schedule inverseTime(double last) {
    return new Schedules.Named(
        "inverse-time " + last, progress -> 1 / (1 + (1 / last - 1) * progress));
  }

  /**
   * Up along a cosine from {@code 1 / divisor} to the base rate over the first {@code share} of the
   * steps, then down along one to {@code 1 / (divisor lastDivisor)}. Smith and Topin,
   * "Super-convergence", 2018, here without its cycle of the momentum. The base rate should be
   * several times a usual one.
   */
  static Schedule oneCycle(double share, double divisor, double lastDivisor) {
    return Schedules.oneCycle(share, divisor, lastDivisor);
  }

  /** One cycle with the customary figures: a rise over 0.3 from 1/25, down to 1/250,000. */
  static Schedule oneCycle() {
    return oneCycle(0.3, 25, 1e4);
  }

  /**
   * Multiplied by {@code gamma} whenever a figure has not got better by more than 1e-4 of itself
   * for more than {@code patience} epochs since its best or the last such cut.
   *
   * @param figure name of a validation figure, higher is better; or {@code "loss"}, the training
   *     loss, lower is better
   */
  static Schedule reduceOnPlateau(String figure, double gamma, int patience) {
    return new ReduceOnPlateau(figure, gamma, patience);
  }

  /**
   * This schedule after a linear rise from 0 over the first {@code share} of the steps. Goyal et
   * al., "Accurate, large minibatch SGD", 2017.
   */
  default Schedule withWarmUp(double share) {
    return new Schedules.WarmUp(this, share);
  }

  /** The names users type. */
  static List<String> names() {
    return Schedules.NAMES;
  }

  /**
   * A schedule by the name users type, one of {@link #names}, with customary figures.
   *
   * @param figure what {@code plateau} watches
   * @throws IllegalArgumentException for another name
   */
  static Schedule named(String name, String figure) {
    return switch (name) {
      case "constant" -> constant();
      case "cosine" -> cosine();
      case "restarts" -> cosineRestarts(3, 2);
      case "step" -> step(3, 0.1);
      case "exponential" -> exponential(0.01);
      case "inverse-time" -> inverseTime(0.01);
      case "one-cycle" -> oneCycle();
      case "plateau" -> reduceOnPlateau(figure, 0.1, 5);
      default ->
          throw new IllegalArgumentException(
              "schedule: expected one of " + names() + ", found '" + name + "'");
    };
  }
}
