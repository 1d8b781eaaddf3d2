package dev.fovea.engine.train;

import dev.fovea.engine.tensor.Tensor;

/**
 * Keeps weights small. Stateless and thread-safe.
 *
 * <p>All the ones here leave biases and normalisation scales alone, the parameters of rank 1: they
 * are few, and small ones do not make the function simpler (the course's assignments do the same).
 */
public interface Regularizer {

  /** Value of the penalty on a parameter. */
  double penalty(Tensor parameter);

  /** Adds the derivative of the penalty by a parameter to its gradient. */
  void addTo(Tensor parameter, Tensor gradient);

  /** Puts a parameter back into the allowed range, after a step; most do nothing. */
  default void project(Tensor parameter) {}

  /** What it is, in one line, for checkpoints. */
  String describe();

  /** Whether a parameter is a weight, and not a bias or the scale of a normalisation. */
  static boolean isWeight(Tensor parameter) {
    return parameter.shape().rank() > 1;
  }

  /** No penalty. */
  static Regularizer none() {
    return new ElasticNet(0, 0);
  }

  /** {@code lambda / 2 sum w^2} over weights. */
  static Regularizer l2(double lambda) {
    return new ElasticNet(0, lambda);
  }

  /** {@code lambda sum |w|} over weights; the derivative at 0 is 0. */
  static Regularizer l1(double lambda) {
    return new ElasticNet(lambda, 0);
  }

  /** {@code l1 sum |w| + l2 / 2 sum w^2} over weights. Zou and Hastie, 2005. */
  static Regularizer elasticNet(double l1, double l2) {
    return new ElasticNet(l1, l2);
  }

  /**
   * No penalty, but after each step the weights of every output, a row of the first dimension as
   * {@code Conv} and dense layers have them, are scaled down to a Euclidean norm of at most {@code
   * limit}. Srivastava et al., "Dropout", JMLR 2014.
   */
  static Regularizer maxNorm(double limit) {
    return new MaxNorm(limit);
  }
}
