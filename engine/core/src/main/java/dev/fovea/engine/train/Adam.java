package dev.fovea.engine.train;

import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Adam: {@code m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w = w - rate mhat / (sqrt(vhat) +
 * eps)} with the bias-corrected {@code mhat = m / (1 - b1^t)}, {@code vhat = v / (1 - b2^t)},
 * {@code t} from 1. Kingma and Ba, ICLR 2015.
 */
public final class Adam extends PerParameterOptimizer {

  private final double beta1;
  private final double beta2;
  private final double epsilon;

  /** With the paper's hyper-parameters. */
  public Adam() {
    this(Optimizers.ADAM_BETA1, Optimizers.ADAM_BETA2, Optimizers.ADAM_EPSILON);
  }

  /**
   * With given hyper-parameters.
   *
   * @param beta1 decay of the first moment, in [0, 1)
   * @param beta2 decay of the second moment, in [0, 1)
   * @param epsilon added to the root, positive
   */
  public Adam(double beta1, double beta2, double epsilon) {
    super(2);
    check("Adam", epsilon, beta1, beta2);
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
  }

  @Override
  void update(Tensor parameter, Tensor gradient, double rate, List<Tensor> state) {
    update(parameter, gradient, rate, state, steps());
  }

  /** The step of number {@code step}, from 1. */
  void update(Tensor parameter, Tensor gradient, double rate, List<Tensor> state, long step) {
    // StrictMath: the same bits on every machine.
    double correction1 = 1 - StrictMath.pow(beta1, step);
    double correction2 = 1 - StrictMath.pow(beta2, step);
    float b1 = (float) beta1;
    float b2 = (float) beta2;
    // Not 1 - b2 in float: of 0.999 that leaves four digits, which the corrections do not cancel.
    float c1 = (float) (1 - beta1);
    float c2 = (float) (1 - beta2);
    float scale = (float) (rate / correction1);
    float rootCorrection = (float) (1 / Math.sqrt(correction2));
    float eps = (float) epsilon;
    float[] w = parameter.array();
    float[] g = gradient.array();
    float[] m = state.get(0).array();
    float[] v = state.get(1).array();
    int wo = parameter.offset();
    int go = gradient.offset();
    for (int i = 0; i < m.length; i++) {
      float x = g[go + i];
      m[i] = b1 * m[i] + c1 * x;
      v[i] = b2 * v[i] + c2 * x * x;
      w[wo + i] -= scale * m[i] / ((float) Math.sqrt(v[i]) * rootCorrection + eps);
    }
  }

  @Override
  public String describe() {
    return "adam beta1=" + beta1 + " beta2=" + beta2 + " epsilon=" + epsilon;
  }
}
