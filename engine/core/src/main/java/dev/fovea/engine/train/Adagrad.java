package dev.fovea.engine.train;

import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Adagrad: {@code s = s + g^2; w = w - rate g / (sqrt(s) + eps)}. Duchi, Hazan and Singer, JMLR
 * 2011.
 */
public final class Adagrad extends PerParameterOptimizer {

  private final float epsilon;

  /** With the default epsilon. */
  public Adagrad() {
    this(Optimizers.ADAGRAD_EPSILON);
  }

  /**
   * With a given epsilon.
   *
   * @param epsilon added to the root, positive
   */
  public Adagrad(double epsilon) {
    super(1);
    check("Adagrad", epsilon);
    this.epsilon = (float) epsilon;
  }

  @Override
  void update(Tensor parameter, Tensor gradient, double rate, List<Tensor> state) {
    float r = (float) rate;
    float[] w = parameter.array();
    float[] s = state.get(0).array();
    int wo = parameter.offset();
    for (int i = 0; i < s.length; i++) {
      float g = gradient.get(i);
      s[i] += g * g;
      w[wo + i] -= r * g / ((float) Math.sqrt(s[i]) + epsilon);
    }
  }

  @Override
  public String describe() {
    return "adagrad epsilon=" + epsilon;
  }
}
