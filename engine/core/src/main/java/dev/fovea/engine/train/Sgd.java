package dev.fovea.engine.train;

import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Stochastic gradient descent with momentum: {@code v = mu v - rate g; w = w + v}. Sutskever et
 * al., "On the importance of initialization and momentum in deep learning", ICML 2013.
 */
public final class Sgd extends PerParameterOptimizer {

  /** Momentum where nothing else is said. */
  public static final double DEFAULT_MOMENTUM = 0.9;

  private final float momentum;

  /**
   * With a momentum.
   *
   * @param momentum {@code mu} in [0, 1); 0 for plain gradient descent
   */
  public Sgd(double momentum) {
    super(1);
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("momentum: expected in [0, 1), found " + momentum);
    }
    this.momentum = (float) momentum;
  }

  @Override
  void update(Tensor parameter, Tensor gradient, double rate, List<Tensor> state) {
    float r = (float) rate;
    float[] w = parameter.array();
    float[] g = gradient.array();
    float[] v = state.get(0).array();
    int wo = parameter.offset();
    int go = gradient.offset();
    for (int i = 0; i < v.length; i++) {
      v[i] = momentum * v[i] - r * g[go + i];
      w[wo + i] += v[i];
    }
  }

  @Override
  public String describe() {
    return "sgd momentum=" + momentum;
  }
}
