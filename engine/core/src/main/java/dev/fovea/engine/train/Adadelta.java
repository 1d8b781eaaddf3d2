package dev.fovea.engine.train;

import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Adadelta: {@code s = d s + (1 - d) g^2; u = sqrt(a + eps) / sqrt(s + eps) g; a = d a + (1 - d)
 * u^2; w = w - rate u}; the units of {@code u} are those of {@code w}, so the rate is 1. Zeiler,
 * 2012.
 */
public final class Adadelta extends RootMeanSquare {

  /** With the paper's hyper-parameters. */
  public Adadelta() {
    this(Optimizers.ADADELTA_DECAY, Optimizers.ADADELTA_EPSILON);
  }

  /**
   * With given hyper-parameters.
   *
   * @param decay {@code d} in [0, 1)
   * @param epsilon added under the roots, positive
   */
  public Adadelta(double decay, double epsilon) {
    super("Adadelta", 2, decay, epsilon);
  }

  @Override
  void update(Tensor parameter, Tensor gradient, double rate, List<Tensor> state) {
    float r = (float) rate;
    float[] w = parameter.array();
    float[] s = state.get(0).array();
    float[] a = state.get(1).array();
    int wo = parameter.offset();
    for (int i = 0; i < s.length; i++) {
      float g = gradient.get(i);
      s[i] = keep * s[i] + take * g * g;
      float u = (float) Math.sqrt((a[i] + floor) / (s[i] + floor)) * g;
      a[i] = keep * a[i] + take * u * u;
      w[wo + i] -= r * u;
    }
  }
}
