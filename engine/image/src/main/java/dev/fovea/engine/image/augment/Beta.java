package dev.fovea.engine.image.augment;

import java.util.Random;
import java.util.SplittableRandom;

/** Numbers from the symmetric beta distribution. */
final class Beta {
  private Beta() {}

  /**
   * One number in 0 to 1 with density proportional to {@code (x (1 - x))^(alpha - 1)}: of two gamma
   * numbers the first one's part of their sum.
   *
   * @param alpha positive; 1 is uniform, small values give numbers near 0 or 1
   */
  static double draw(double alpha, SplittableRandom random) {
    // Random, because its Gaussian numbers are specified and thus the same in every Java version.
    Random source = new Random(random.nextLong());
    double a = gamma(alpha, source);
    double b = gamma(alpha, source);
    // Tiny shapes can underflow to 0 in both.
    return a + b > 0 ? a / (a + b) : source.nextInt(2);
  }

  /** Marsaglia and Tsang, "A simple method for generating gamma variables", 2000. */
  private static double gamma(double shape, Random random) {
    if (shape < 1) {
      return gamma(shape + 1, random) * StrictMath.pow(1 - random.nextDouble(), 1 / shape);
    }
    double d = shape - 1 / 3.0;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = random.nextGaussian();
      double v = 1 + c * x;
      v = v * v * v;
      double u = 1 - random.nextDouble();
      if (v > 0 && StrictMath.log(u) < x * x / 2 + d - d * v + d * StrictMath.log(v)) {
        return d * v;
      }
    }
  }
}
