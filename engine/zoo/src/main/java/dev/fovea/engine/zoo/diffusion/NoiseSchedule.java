package dev.fovea.engine.zoo.diffusion;

import java.util.function.DoubleUnaryOperator;

/**
 * How much noise each step of a diffusion process adds: step {@code t} of {@code T}, counted from
 * 0, multiplies the image by {@code sqrt(1 - beta_t)} and adds noise of variance {@code beta_t}.
 * What is left of the image's variance after it is {@code alphaBar_t = prod_{s <= t} (1 - beta_s)}.
 * Computed in double precision. Immutable and thread-safe.
 */
public final class NoiseSchedule {

  /** No step takes more away than this: the last ones of some schedules would leave nothing. */
  private static final double LARGEST_BETA = 0.999;

  private final double[] betas;
  private final double[] alphaBars;

  private NoiseSchedule(double[] betas) {
    this.betas = betas;
    this.alphaBars = new double[betas.length];
    double product = 1;
    for (int t = 0; t < betas.length; t++) {
      product *= 1 - betas[t];
      alphaBars[t] = product;
    }
  }

  /**
   * {@code beta} from 1e-4 to 0.02 in equal steps; with other than 1000 steps, {@code 1000 / T}
   * times as much, so that as little is left of the image. Ho et al., "Denoising diffusion
   * probabilistic models", NeurIPS 2020.
   *
   * @param steps {@code T}, at least 2
   */
  public static NoiseSchedule linear(int steps) {
    double[] betas = room(steps);
    double scale = 1000.0 / steps;
    for (int t = 0; t < steps; t++) {
      betas[t] = clip(scale * (1e-4 + t * (0.02 - 1e-4) / (steps - 1)));
    }
    return new NoiseSchedule(betas);
  }

  /**
   * {@code alphaBar = cos^2((u + 0.008) / 1.008 * pi / 2)} at {@code u = t / T}, relative to {@code
   * u = 0}. Nichol and Dhariwal, "Improved denoising diffusion probabilistic models", ICML 2021.
   *
   * @param steps {@code T}, at least 2
   */
  public static NoiseSchedule cosine(int steps) {
    return ofAlphaBar(
        steps,
        u -> {
          double c = StrictMath.cos((u + 0.008) / 1.008 * Math.PI / 2);
          return c * c;
        });
  }

  /**
   * {@code alphaBar = (s(3) - s(6 u - 3)) / (s(3) - s(-3))} at {@code u = t / T} with the logistic
   * function {@code s}. Jabri et al., "Scalable adaptive computation for iterative generation",
   * ICML 2023.
   *
   * @param steps {@code T}, at least 2
   */
  public static NoiseSchedule sigmoid(int steps) {
    // The denominator is the same for all u: only ratios count.
    return ofAlphaBar(steps, u -> logistic(3) - logistic(6 * u - 3));
  }

  private static NoiseSchedule ofAlphaBar(int steps, DoubleUnaryOperator alphaBar) {
    double[] betas = room(steps);
    for (int t = 0; t < steps; t++) {
      double before = alphaBar.applyAsDouble((double) t / steps);
      double after = alphaBar.applyAsDouble((t + 1.0) / steps);
      betas[t] = clip(1 - after / before);
    }
    return new NoiseSchedule(betas);
  }

  private static double[] room(int steps) {
    if (steps < 2) {
      throw new IllegalArgumentException("steps: expected at least 2, found " + steps);
    }
    return new double[steps];
  }

  private static double clip(double beta) {
    return Math.min(Math.max(beta, 0), LARGEST_BETA);
  }

  private static double logistic(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }

  /** Number of steps, {@code T}. */
  public int steps() {
    return betas.length;
  }

  /** Variance of the noise that step {@code t} adds, {@code 0 <= t < T}. */
  public double beta(int t) {
    return betas[check(t)];
  }

  /** What step {@code t} and those before it leave of the image's variance. */
  public double alphaBar(int t) {
    return alphaBars[check(t)];
  }

  /** What the steps before {@code t} leave of the image's variance: 1 for the first step. */
  public double alphaBarBefore(int t) {
    return check(t) == 0 ? 1 : alphaBars[t - 1];
  }

  private int check(int t) {
    if (t < 0 || t >= betas.length) {
      throw new IllegalArgumentException(
          "step: expected in 0.." + (betas.length - 1) + ", found " + t);
    }
    return t;
  }
}
