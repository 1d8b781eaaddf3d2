package dev.fovea.engine.train;

import dev.fovea.engine.tensor.Tensor;

/**
 * {@code l1 sum |w| + l2 / 2 sum w^2} over weights.
 *
 * @param l1 factor of the absolute values, not negative
 * @param l2 factor of the squares, not negative
 */
record ElasticNet(double l1, double l2) implements Regularizer {

  ElasticNet {
    if (!(l1 >= 0 && l2 >= 0)) {
      throw new IllegalArgumentException(
          "penalty: expected factors >= 0, found " + l1 + " and " + l2);
    }
  }

  @Override
  public double penalty(Tensor parameter) {
    double absolute = 0;
    double squares = 0;
    if (Regularizer.isWeight(parameter)) {
      for (int i = 0; i < parameter.size(); i++) {
        double w = parameter.get(i);
        absolute += Math.abs(w);
        squares += w * w;
      }
    }
    return l1 * absolute + l2 / 2 * squares;
  }

  @Override
  public void addTo(Tensor parameter, Tensor gradient) {
    if (!Regularizer.isWeight(parameter) || (l1 == 0 && l2 == 0)) {
      return;
    }
    float a = (float) l1;
    float b = (float) l2;
    float[] g = gradient.array();
    int at = gradient.offset();
    for (int i = 0; i < parameter.size(); i++) {
      float w = parameter.get(i);
      g[at + i] += a == 0 ? b * w : a * Math.signum(w) + b * w;
    }
  }

  @Override
  public String describe() {
    return "l1=" + l1 + " l2=" + l2;
  }
}
