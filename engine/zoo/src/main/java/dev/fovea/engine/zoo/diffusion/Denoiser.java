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

  /** What is predicted. */
  enum Target {
    /** The noise in the image. */
    NOISE,
    /** The image without noise. */
    START
  }
}
