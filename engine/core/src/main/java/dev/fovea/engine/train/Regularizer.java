package dev.fovea.engine.train;

import dev.fovea.engine.tensor.Tensor;

/** A penalty on parameters, added to their gradients. Stateless and thread-safe. */
@FunctionalInterface
public interface Regularizer {

  /** Adds the derivative of the penalty by a parameter to its gradient. */
  void addTo(Tensor parameter, Tensor gradient);

  /** No penalty. */
  static Regularizer none() {
    return (p, g) -> {};
  }

  /**
   * {@code lambda / 2 sum w^2} over weights; biases and normalisation scales, the parameters of
   * rank 1, are left alone.
   */
  static Regularizer l2(double lambda) {
    float l = (float) lambda;
    return (p, g) -> {
      if (p.shape().rank() > 1) {
        for (int i = 0; i < p.size(); i++) {
          g.array()[g.offset() + i] += l * p.array()[p.offset() + i];
        }
      }
    };
  }
}
