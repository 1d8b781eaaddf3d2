package dev.fovea.engine.train;

import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * RMSprop: {@code s = d s + (1 - d) g^2; w = w - rate g / (sqrt(s) + eps)}. Tieleman and Hinton,
 * "Neural networks for machine learning", lecture 6.5, 2012.
 */
public final class RmsProp extends PerParameterOptimizer {

  private final double decay;
  private final double epsilon;

  /** With the default hyper-parameters. */
  public RmsProp() {
    this(Optimizers.RMSPROP_DECAY, Optimizers.RMSPROP_EPSILON);
  }

  /**
   * With given hyper-parameters.
   *
   * @param decay {@code d} in [0, 1)
   * @param epsilon added to the root, positive
   */
  public RmsProp(double decay, double epsilon) {
    super(1);
    check("RMSprop", epsilon, decay);
    this.decay = decay;
    this.epsilon = epsilon;
  }

  @Override
  void update(Tensor parameter, Tensor gradient, double rate, List<Tensor> state) {
    float r = (float) rate;
    float d = (float) decay;
    float c = (float) (1 - decay);
    float eps = (float) epsilon;
    float[] w = parameter.array();
    float[] s = state.get(0).array();
    int wo = parameter.offset();
    for (int i = 0; i < s.length; i++) {
      float g = gradient.get(i);
      s[i] = d * s[i] + c * g * g;
      w[wo + i] -= r * g / ((float) Math.sqrt(s[i]) + eps);
    }
  }

  @Override
  public String describe() {
    return "rmsprop decay=" + decay + " epsilon=" + epsilon;
  }
}
