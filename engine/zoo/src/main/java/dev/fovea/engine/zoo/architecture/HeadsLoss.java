package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Loss;
import java.util.Arrays;

/**
 * One loss for several heads whose logits lie side by side, {@code [N, heads * classes]}: the sum
 * of the losses of each, with a factor. All heads have the same target.
 */
final class HeadsLoss implements Loss {

  private final Loss loss;
  private final double[] factors;

  /**
   * With a loss for all heads.
   *
   * @param factors one for each head
   */
  HeadsLoss(Loss loss, double... factors) {
    this.loss = loss;
    this.factors = factors.clone();
  }

  @Override
  public double evaluate(
      Tensor output, Tensor target, Tensor weights, Tensor gradient, Parallel parallel) {
    Shape all = output.shape();
    int classes = all.dim(1) / factors.length;
    Tensor logits = Tensor.zeros(all.dim(0), classes);
    Tensor share = gradient == null ? null : Tensor.zeros(logits.shape());
    double sum = 0;
    for (int h = 0; h < factors.length; h++) {
      for (int n = 0; n < all.dim(0); n++) {
        System.arraycopy(
            output.array(),
            output.offset() + n * all.dim(1) + h * classes,
            logits.array(),
            n * classes,
            classes);
      }
      sum += factors[h] * loss.evaluate(logits, target, weights, share, parallel);
      for (int i = 0; share != null && i < share.size(); i++) {
        int at = gradient.offset() + i / classes * all.dim(1) + h * classes + i % classes;
        gradient.array()[at] = (float) (factors[h] * share.get(i));
      }
    }
    return sum;
  }

  @Override
  public String describe() {
    return loss.describe() + " of heads " + Arrays.toString(factors);
  }
}
