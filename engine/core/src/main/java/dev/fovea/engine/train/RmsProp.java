package dev.fovea.engine.train;

import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * RMSprop: {@code s = d s + (1 - d) g^2; w = w - rate g / (sqrt(s) + eps)}. Tieleman and Hinton,
 * "Neural networks for machine learning", lecture 6.5, 2012.
 */
public final class RmsProp extends RootMeanSquare {

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
    super("RMSprop", 1, decay, epsilon);
  }

  @Override
  void update(Tensor parameter, Tensor gradient, double rate, List<Tensor> state) {
    float r = (float) rate;
    float[] w = parameter.array();
    float[] s = state.get(0).array();
    int wo = parameter.offset();
    for (int i = 0; i < s.length; i++) {
      float g = gradient.get(i);
      s[i] = keep * s[i] + take * g * g;
      w[wo + i] -= r * g / ((float) Math.sqrt(s[i]) + floor);
    }
  }
}
