package dev.fovea.engine.train;

/**
 * Kullback-Leibler divergence of softmax probabilities, from logits, from a target distribution:
 * {@code sum_c t_c (log t_c - log softmax(z)_c)}.
 *
 * <p>Logits {@code [N, C, ...]}, targets of the same shape, weights {@code [N, ...]}; the weighted
 * mean. Stateless.
 */
public final class KlDivergence extends ClassLoss {

  @Override
  double element(double[] z, double[] shares, double[] gradient) {
    double entropy = 0;
    for (double t : shares) {
      entropy -= t == 0 ? 0 : t * Math.log(t);
    }
    return crossEntropy(z, shares, gradient) - entropy;
  }
}
