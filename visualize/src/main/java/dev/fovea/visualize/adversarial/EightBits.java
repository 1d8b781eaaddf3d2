package dev.fovea.visualize.adversarial;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.tensor.Tensor;

/**
 * Pictures as files of 8 bits hold them. An adversarial example that is rounded in the usual way
 * may leave its ball, or not be adversarial any longer; here it never leaves the ball.
 */
public final class EightBits {
  private static final int LEVELS = 255;

  /** How much further a perturbation may be taken, if rounding has spoiled it. */
  private static final double[] FACTORS = {
    1, 1.1, 1.25, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128
  };

  private EightBits() {}

  /** Pixels from 0 to 1 of a picture, {@code [1, C, H, W]}; of other than 8 bits those of 8. */
  public static Tensor pixels(Image image) {
    Tensor samples = image.asUint8().toTensor();
    Tensor pixels = Tensor.zeros(1, image.channels(), image.height(), image.width());
    for (int i = 0; i < pixels.size(); i++) {
      pixels.array()[i] = samples.get(i) / LEVELS;
    }
    return pixels;
  }

  /** A picture of pixels {@code [1, C, H, W]} from 0 to 1; those of {@link #round} exactly. */
  public static Image image(Tensor pixels) {
    Tensor samples = pixels.copy();
    for (int i = 0; i < samples.size(); i++) {
      samples.array()[i] *= LEVELS;
    }
    return Image.fromTensor(samples);
  }

  /**
   * Rounds to multiples of 1/255 inside the ball: to the nearest one; where that is outside, each
   * element towards the original. For {@link Norm#L_INF} each element decides by itself, for {@link
   * Norm#L2} all elements of a sample together.
   *
   * @param x pixels in the ball
   * @param original pixels of 8 bits
   * @return a new tensor
   */
  public static Tensor round(Tensor x, Tensor original, Ball ball) {
    Tensor nearest = Tensor.zeros(x.shape());
    Tensor towards = Tensor.zeros(x.shape());
    for (int i = 0; i < x.size(); i++) {
      int from = Math.round(original.get(i) * LEVELS);
      double change = (double) x.get(i) * LEVELS - from;
      nearest.array()[i] = level(from + (int) Math.round(change), ball);
      towards.array()[i] = level(from + (int) change, ball);
    }
    Tensor rounded = Tensor.zeros(x.shape());
    int each = ball.norm() == Norm.L_INF ? x.size() : x.shape().dim(0);
    int size = x.size() / each;
    float[] difference = Ball.difference(nearest, original);
    for (int n = 0; n < each; n++) {
      boolean inside = ball.norm().of(difference, n * size, (n + 1) * size) <= ball.radius();
      System.arraycopy(
          (inside ? nearest : towards).array(), n * size, rounded.array(), n * size, size);
    }
    return rounded;
  }

  private static float level(int level, Ball ball) {
    double lower = Math.ceil(ball.lower() * LEVELS);
    double upper = Math.floor(ball.upper() * LEVELS);
    return (float) (Math.max(lower, Math.min(upper, level)) / LEVELS);
  }

  /**
   * As {@link #round}; if the goal is not reached any longer, with the perturbation of each sample
   * taken further by as little of 1.1 to 128 times as reaches it, in the ball. Where nothing
   * reaches it, as {@link #round}.
   *
   * @param x pixels in the ball
   * @return a new tensor
   */
  public static Tensor reaching(
      DifferentiableModel model, Tensor x, Tensor original, Goal goal, Ball ball) {
    Tensor result = round(x, original, ball);
    int samples = x.shape().dim(0);
    for (int n = 0; n < samples; n++) {
      Tensor from = original.slice(n, n + 1).copy();
      Goal own = goal.of(n, samples);
      for (double factor : FACTORS) {
        Tensor further = further(x.slice(n, n + 1), from, factor, ball);
        if (own.isReached(model.scores(further))) {
          result.slice(n, n + 1).copyFrom(further);
          break;
        }
      }
    }
    return result;
  }

  private static Tensor further(Tensor x, Tensor original, double factor, Ball ball) {
    Tensor further = x.copy();
    for (int i = 0; i < further.size(); i++) {
      double from = original.get(i);
      further.array()[i] = (float) (from + factor * (further.get(i) - from));
    }
    ball.project(further, original);
    return round(further, original, ball);
  }
}
