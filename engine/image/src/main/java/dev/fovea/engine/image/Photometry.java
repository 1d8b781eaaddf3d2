package dev.fovea.engine.image;

import java.util.Random;
import java.util.SplittableRandom;

/**
 * A change of values without geometry; see {@link Transforms#adjust} for the formula.
 *
 * @param noise standard deviation of Gaussian noise, as a part of the maximum
 * @param seed of the noise
 */
record Photometry(double brightness, double contrast, double gamma, double noise, long seed) {

  /**
   * The source of the noise. {@link Random} because its Gaussian numbers are specified and thus the
   * same in every Java version; its seed is mixed first, as close seeds begin alike.
   */
  Random random() {
    return new Random(new SplittableRandom(seed).nextLong());
  }

  private boolean isNeutral() {
    return brightness == 0 && contrast == 1 && gamma == 1;
  }

  /** Changes {@code values[from .. from + length - 1]} in place. */
  void apply(float[] values, int from, int length, float max, Random random) {
    boolean neutral = isNeutral();
    for (int i = from; i < from + length; i++) {
      double u = values[i] / max;
      if (!neutral) {
        u = Math.max(0, (u - 0.5) * contrast + 0.5 + brightness);
        if (gamma != 1) {
          u = Math.pow(u, gamma);
        }
      }
      if (noise > 0) {
        u += noise * random.nextGaussian();
      }
      values[i] = (float) (u * max);
    }
  }
}
