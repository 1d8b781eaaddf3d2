package dev.fovea.visualize.adversarial;

import dev.fovea.engine.tensor.Tensor;

/** Makes adversarial examples. Implementations are immutable and thread-safe. */
public interface Attack {

  /** Short name as users type it, such as {@code pgd}. */
  String name();

  /** What the examples are in, around the originals. */
  Ball ball();

  /**
   * Perturbs samples, each by itself.
   *
   * @param x {@code [N, ...]}, values in the range of the {@link #ball}; not modified
   * @param goal for all of the samples
   * @param seed of all chance
   * @return a new tensor in the shape of {@code x}, inside the ball; where the goal was not reached
   *     it holds the best that was found
   * @throws IllegalArgumentException if the model or the goal is of a kind that the attack cannot
   *     work on
   */
  Tensor perturb(DifferentiableModel model, Tensor x, Goal goal, long seed);
}
