package dev.fovea.engine.train;

import dev.fovea.engine.tensor.Tensor;

/**
 * What the two networks of a generative adversarial network make small; means over all scores the
 * discriminator gives. A step of the discriminator adds the gradients of {@link #discriminator} for
 * a batch of real and one of made samples; a step of the generator sends the gradient of {@link
 * #generator} through the discriminator to its input, and from there through the generator.
 */
public enum GanLoss {
  /**
   * Cross-entropy of {@code sigmoid(score)}; the generator's is {@code -log D(G(z))}, which does
   * not fade where the discriminator is sure. Goodfellow et al., NIPS 2014.
   */
  VANILLA(ElementLoss.binaryCrossEntropy(Reduction.MEAN), 1),
  /** Half the squared distance of the raw scores from 1 and 0. Mao et al., ICCV 2017. */
  LEAST_SQUARES(ElementLoss.l2(Reduction.MEAN), 0.5);

  private final ElementLoss loss;
  private final double factor;

  GanLoss(ElementLoss loss, double factor) {
    this.loss = loss;
    this.factor = factor;
  }

  /**
   * One of the two terms of the discriminator's loss.
   *
   * @param scores what it says
   * @param real whether of real samples
   * @param gradient overwritten with the derivative by the scores; may be null
   */
  public double discriminator(Tensor scores, boolean real, Tensor gradient) {
    Tensor target = Tensor.zeros(scores.shape()).fill(real ? 1 : 0);
    double value = factor * loss.evaluate(scores, target, null, gradient);
    if (gradient != null && factor != 1) {
      for (int i = 0; i < gradient.size(); i++) {
        gradient.array()[gradient.offset() + i] *= (float) factor;
      }
    }
    return value;
  }

  /**
   * The generator's loss: made samples should be taken for real ones.
   *
   * @param scores what the discriminator says of made samples
   * @param gradient overwritten with the derivative by the scores; may be null
   */
  public double generator(Tensor scores, Tensor gradient) {
    return discriminator(scores, true, gradient);
  }
}
