package dev.fovea.engine.train;

import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Adam: {@code m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w = w - rate mhat / (sqrt(vhat) +
 * eps)} with the bias-corrected {@code mhat = m / (1 - b1^t)}, {@code vhat = v / (1 - b2^t)},
 * {@code t} from 1. Kingma and Ba, ICLR 2015.
 */
public final class Adam extends PerParameterOptimizer {

  /** Decay of the first moment in the paper. */
  public static final double DEFAULT_BETA1 = 0.9;

  /** Decay of the second moment in the paper. */
  public static final double DEFAULT_BETA2 = 0.999;

  /** Epsilon in the paper. */
  public static final double DEFAULT_EPSILON = 1e-8;

  private final double beta1;
  private final double beta2;
  private final double epsilon;

  /** With the paper's hyper-parameters. */
  public Adam() {
    this(DEFAULT_BETA1, DEFAULT_BETA2, DEFAULT_EPSILON);
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
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon > 0)) {
      throw new IllegalArgumentException(
          "Adam: expected betas in [0, 1) and epsilon > 0, found "
              + beta1
              + ", "
              + beta2
              + ", "
              + epsilon);
    }
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
  }

  @Override
  void update(Tensor parameter, Tensor gradient, double rate, List<Tensor> state) {
    // StrictMath: the same bits on every machine.
    double correction1 = 1 - StrictMath.pow(beta1, steps());
    double correction2 = 1 - StrictMath.pow(beta2, steps());
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
