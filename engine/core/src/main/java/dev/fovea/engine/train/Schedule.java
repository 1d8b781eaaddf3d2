package dev.fovea.engine.train;

/** Learning rate over the course of a training. Stateless and thread-safe. */
@FunctionalInterface
public interface Schedule {

  /**
   * Factor of the base learning rate.
   *
   * @param progress share of the steps done, 0 at the first, below 1 at the last
   */
  double factor(double progress);

  /** Always the base rate. */
  static Schedule constant() {
    return progress -> 1;
  }

  /**
   * Down to 0 along half a cosine: {@code (1 + cos(pi progress)) / 2}. Loshchilov and Hutter,
   * "SGDR", ICLR 2017.
   */
  static Schedule cosine() {
    return progress -> (1 + StrictMath.cos(StrictMath.PI * progress)) / 2;
  }

  /**
   * Multiplied by {@code gamma} at each of {@code steps} equal steps: {@code gamma^floor(p steps)}.
   */
  static Schedule step(int steps, double gamma) {
    return progress -> StrictMath.pow(gamma, Math.floor(progress * steps));
  }

  /** Exponentially down to {@code last} at the end: {@code last^progress}. */
  static Schedule exponential(double last) {
    return progress -> StrictMath.pow(last, progress);
  }

  /**
   * This schedule after a linear rise from 0 over the first {@code share} of the steps. Goyal et
   * al., "Accurate, large minibatch SGD", 2017.
   */
  default Schedule withWarmUp(double share) {
    return progress ->
        progress < share ? progress / share : factor((progress - share) / (1 - share));
  }

  /**
   * A schedule by the name users type: {@code constant}, {@code cosine}, {@code step}, {@code
   * exponential}.
   *
   * @throws IllegalArgumentException for another name
   */
  static Schedule named(String name) {
    return switch (name) {
      case "constant" -> constant();
      case "cosine" -> cosine();
      case "step" -> step(3, 0.1);
      case "exponential" -> exponential(0.01);
      default ->
          throw new IllegalArgumentException(
              "schedule: expected constant, cosine, step or exponential, found '" + name + "'");
    };
  }
}
