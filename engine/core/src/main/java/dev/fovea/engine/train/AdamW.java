package dev.fovea.engine.train;

import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * Adam whose weights decay apart from the gradient: {@code w = w - rate decay w}, then a step of
 * {@link Adam}. Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019. Biases
 * and normalisation scales, the parameters of rank 1, do not decay.
 */
public final class AdamW extends PerParameterOptimizer {

  private final Adam adam = new Adam();
  private final double decay;

  /**
   * With Adam's default hyper-parameters.
   *
   * @param decay of weights, not negative
   */
  public AdamW(double decay) {
    super(2);
    if (!(decay >= 0)) {
      throw new IllegalArgumentException("AdamW: expected decay >= 0, found " + decay);
    }
    this.decay = decay;
  }

  @Override
  void update(Tensor parameter, Tensor gradient, double rate, List<Tensor> state) {
    if (Regularizer.isWeight(parameter)) {
      float keep = (float) (1 - rate * decay);
      float[] w = parameter.array();
      int end = parameter.offset() + parameter.size();
      for (int i = parameter.offset(); i < end; i++) {
        w[i] *= keep;
      }
    }
    adam.update(parameter, gradient, rate, state, steps());
  }

  @Override
  public String describe() {
    return "adamw decay=" + decay + " with " + adam.describe();
  }
}
