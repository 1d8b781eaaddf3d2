package dev.fovea.engine.zoo.diffusion;

import dev.fovea.engine.tensor.Tensor;

/** What a diffusion model has learnt: to tell image and noise apart. */
@FunctionalInterface
public interface Denoiser {

  /**
   * Predicts, for images to which the same number of steps added noise, what {@link Target} says.
   *
   * @param noisy {@code [N, ...]}; not modified
   * @param step which step added noise last, from 0
   * @return of the shape of {@code noisy}; may be overwritten by the next call
   */
  Tensor predict(Tensor noisy, int step);

  /**
   * Guidance without a classifier: {@code (1 + w) conditional - w unconditional} leads further
   * towards the condition than the data themselves do. Ho and Salimans, "Classifier-free diffusion
   * guidance", 2022.
   *
   * @param weight {@code w}; 0 for the conditional denoiser alone
   */
  static Denoiser guided(Denoiser conditional, Denoiser unconditional, double weight) {
    return (noisy, step) -> {
      // A copy: both may be of one session, whose memory the second run overwrites.
      Tensor result = conditional.predict(noisy, step).copy();
      Tensor other = unconditional.predict(noisy, step);
      for (int i = 0; i < result.size(); i++) {
        double c = result.get(i);
        result.array()[i] = (float) ((1 + weight) * c - weight * other.get(i));
      }
      return result;
    };
  }

  /** What is predicted. */
  enum Target {
    /** The noise in the image. */
    NOISE,
    /** The image without noise. */
    START
  }
}
