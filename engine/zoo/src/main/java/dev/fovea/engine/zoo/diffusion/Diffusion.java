package dev.fovea.engine.zoo.diffusion;

import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.op.ShapeException;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;

/**
 * The diffusion process of a noise schedule, forwards and back. Images are {@code [N, ...]}, scaled
 * to -1..1, each at a step of its own; results are new tensors. Ho et al., "Denoising diffusion
 * probabilistic models", NeurIPS 2020; the numbers of equations are theirs. Immutable and
 * thread-safe.
 */
public final class Diffusion {

  private final NoiseSchedule schedule;

  /** The process of a schedule. */
  public Diffusion(NoiseSchedule schedule) {
    this.schedule = schedule;
  }

  /** How much noise each step adds. */
  public NoiseSchedule schedule() {
    return schedule;
  }

  /**
   * Images with the noise of all steps up to one, at once (equation 4): {@code x_t = sqrt(aBar_t)
   * x_0 + sqrt(1 - aBar_t) noise}.
   *
   * @param start the images {@code x_0}
   * @param steps {@code t} of each image
   * @param noise standard normal, of the images' shape
   */
  public Tensor noised(Tensor start, int[] steps, Tensor noise) {
    return combine(start, this::signal, noise, this::noise, steps);
  }

  /**
   * The noise that leads from images to noisy ones, the inverse of {@link #noised}: {@code (x_t -
   * sqrt(aBar_t) x_0) / sqrt(1 - aBar_t)}.
   */
  public Tensor noiseBetween(Tensor start, Tensor noisy, int[] steps) {
    return combine(noisy, t -> 1 / noise(t), start, t -> -signal(t) / noise(t), steps);
  }

  /**
   * The images that some noise made noisy, the inverse of {@link #noised}: {@code (x_t - sqrt(1 -
   * aBar_t) noise) / sqrt(aBar_t)}.
   */
  public Tensor startOf(Tensor noisy, int[] steps, Tensor noise) {
    return combine(noisy, t -> 1 / signal(t), noise, t -> -noise(t) / signal(t), steps);
  }

  /**
   * Mean of the images one step before, given the noisy and the clean ones (equation 7): {@code
   * (sqrt(aBar_{t-1}) beta_t x_0 + sqrt(1 - beta_t) (1 - aBar_{t-1}) x_t) / (1 - aBar_t)}.
   */
  public Tensor posteriorMean(Tensor start, Tensor noisy, int[] steps) {
    return combine(start, this::posteriorOfStart, noisy, this::posteriorOfNoisy, steps);
  }

  /**
   * Standard deviation of the images one step before, given the noisy and the clean ones (equation
   * 7): {@code sqrt(beta_t (1 - aBar_{t-1}) / (1 - aBar_t))}; 0 for the first step.
   */
  public double posteriorDeviation(int step) {
    double after = 1 - schedule.alphaBar(step);
    return Math.sqrt(schedule.beta(step) * (1 - schedule.alphaBarBefore(step)) / after);
  }

  /**
   * Draws images: begins with noise and goes back step by step (algorithm 2). The image that the
   * denoiser believes in is clipped to -1..1 in every step.
   *
   * @param denoiser called once for each step, with all images
   * @param target what it predicts
   * @param shape of the result, {@code [N, ...]}
   * @param seed decides the noise
   */
  public Tensor sample(Denoiser denoiser, Denoiser.Target target, Shape shape, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Tensor x = standardNormal(shape, random);
    for (int t = schedule.steps() - 1; t >= 0; t--) {
      int[] steps = new int[shape.dim(0)];
      Arrays.fill(steps, t);
      Tensor predicted = denoiser.predict(x, t);
      Tensor start =
          target == Denoiser.Target.START ? predicted.copy() : startOf(x, steps, predicted);
      clip(start);
      x = posteriorMean(start, x, steps);
      if (t > 0) {
        add(posteriorDeviation(t), standardNormal(shape, random), x);
      }
    }
    return x;
  }

  private double signal(int t) {
    return Math.sqrt(schedule.alphaBar(t));
  }

  private double noise(int t) {
    return Math.sqrt(1 - schedule.alphaBar(t));
  }

  private double posteriorOfStart(int t) {
    return Math.sqrt(schedule.alphaBarBefore(t)) * schedule.beta(t) / (1 - schedule.alphaBar(t));
  }

  private double posteriorOfNoisy(int t) {
    return Math.sqrt(1 - schedule.beta(t))
        * (1 - schedule.alphaBarBefore(t))
        / (1 - schedule.alphaBar(t));
  }

  private static Tensor standardNormal(Shape shape, SplittableRandom random) {
    Tensor t = Tensor.zeros(shape);
    Initializer.normal(1).fill(t, 1, 1, random);
    return t;
  }

  private static void clip(Tensor t) {
    for (int i = 0; i < t.size(); i++) {
      float v = t.array()[t.offset() + i];
      t.array()[t.offset() + i] = Math.min(Math.max(v, -1), 1);
    }
  }

  private static void add(double factor, Tensor noise, Tensor to) {
    for (int i = 0; i < to.size(); i++) {
      to.array()[to.offset() + i] += (float) (factor * noise.get(i));
    }
  }

  /** {@code a(t) x + b(t) y}, with the {@code t} of each image. */
  private static Tensor combine(
      Tensor x, IntToDoubleFunction a, Tensor y, IntToDoubleFunction b, int[] steps) {
    Shape shape = x.shape();
    if (!shape.equals(y.shape()) || shape.rank() < 1 || shape.dim(0) != steps.length) {
      throw new ShapeException(
          "diffusion: two tensors of one shape [N, ...] and N steps expected, found "
              + shape
              + ", "
              + y.shape()
              + " and "
              + steps.length
              + " steps");
    }
    Tensor result = Tensor.zeros(shape);
    int size = shape.size(1, shape.rank());
    for (int n = 0; n < steps.length; n++) {
      double p = a.applyAsDouble(steps[n]);
      double q = b.applyAsDouble(steps[n]);
      for (int i = n * size; i < (n + 1) * size; i++) {
        result.array()[i] = (float) (p * x.get(i) + q * y.get(i));
      }
    }
    return result;
  }
}
