package dev.fovea.engine.train;

import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Stochastic gradient descent with momentum: {@code v = mu v - rate g; w = w + v}. Sutskever et
 * al., "On the importance of initialization and momentum in deep learning", ICML 2013; with
 * Nesterov's look ahead, in the form for gradients at {@code w} itself, {@code w = w + mu v - rate
 * g} with the new {@code v}.
 */
public final class Sgd extends PerParameterOptimizer {

  private final float momentum;
  private final boolean nesterov;

  /**
   * With a momentum.
   *
   * @param momentum {@code mu} in [0, 1); 0 for plain gradient descent
   */
  public Sgd(double momentum) {
    this(momentum, false);
  }

  private Sgd(double momentum, boolean nesterov) {
    super(1);
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("momentum: expected in [0, 1), found " + momentum);
    }
    this.momentum = (float) momentum;
    this.nesterov = nesterov;
  }

  /** With Nesterov's momentum. */
  public static Sgd nesterov(double momentum) {
    return new Sgd(momentum, true);
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
      float down = r * g[go + i];
      v[i] = momentum * v[i] - down;
      w[wo + i] += nesterov ? momentum * v[i] - down : v[i];
    }
  }

  @Override
  public String describe() {
    return (nesterov ? "nesterov" : "sgd") + " momentum=" + momentum;
  }
}
