package dev.fovea.engine.train;

import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.tensor.Tensor;

/** What training makes small. Stateless and thread-safe. */
public interface Loss {

  /**
   * Value and gradient.
   *
   * @param output what the network says, in host memory
   * @param target what is right; its form is the loss's business
   * @param weights a factor for each target element, or null for ones
   * @param gradient overwritten with the derivative of the returned value by {@code output}; may be
   *     null
   * @param parallel the threads to use; their number does not change the result
   * @return the loss, a mean over the batch
   */
  double evaluate(Tensor output, Tensor target, Tensor weights, Tensor gradient, Parallel parallel);

  /** The same in the caller's thread alone. */
  default double evaluate(Tensor output, Tensor target, Tensor weights, Tensor gradient) {
    return evaluate(output, target, weights, gradient, new Parallel(1));
  }

  /** Name and figures in one line: a checkpoint belongs to it. */
  default String describe() {
    return getClass().getSimpleName();
  }
}
