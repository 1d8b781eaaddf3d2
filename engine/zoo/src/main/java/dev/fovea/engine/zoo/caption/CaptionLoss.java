package dev.fovea.engine.zoo.caption;

import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.op.ShapeException;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Loss;
import dev.fovea.engine.train.SoftmaxCrossEntropy;

/**
 * Cross-entropy of captions: the sum over the words of each caption, in the mean over captions.
 * Places behind a caption's end, filled with a word that stands for none, do not count.
 *
 * <p>Scores {@code [N, T, V]}, targets {@code [N, T]} hold the indices of words, weights are like
 * the targets. Immutable.
 */
public final class CaptionLoss implements Loss {

  private final int none;
  private final SoftmaxCrossEntropy words = new SoftmaxCrossEntropy();

  /**
   * With the word that stands for none.
   *
   * @param none its index
   */
  public CaptionLoss(int none) {
    this.none = none;
  }

  @Override
  public double evaluate(
      Tensor output, Tensor target, Tensor weights, Tensor gradient, Parallel parallel) {
    Shape s = output.shape();
    if (s.rank() != 3 || !target.shape().equals(Shape.of(s.dim(0), s.dim(1)))) {
      throw new ShapeException(
          "CaptionLoss: scores [N, T, V] and targets [N, T] expected, found "
              + s
              + " and "
              + target.shape());
    }
    Shape flat = Shape.of(s.dim(0) * s.dim(1), s.dim(2));
    Tensor counted = Tensor.zeros(flat.dim(0));
    double total = 0;
    for (int i = 0; i < counted.size(); i++) {
      boolean word = target.get(i) != none;
      counted.array()[i] = word ? target.get(i) : SoftmaxCrossEntropy.IGNORE;
      if (word) {
        total += weights == null ? 1 : weights.get(i);
      }
    }
    Tensor flatGradient = gradient == null ? null : gradient.reshape(flat);
    double mean =
        words.evaluate(
            output.reshape(flat),
            counted,
            weights == null ? null : weights.reshape(counted.shape()),
            flatGradient,
            parallel);
    // The mean over words becomes a sum over words for each caption.
    double factor = total / s.dim(0);
    if (gradient != null) {
      for (int i = 0; i < gradient.size(); i++) {
        gradient.array()[gradient.offset() + i] *= (float) factor;
      }
    }
    return factor * mean;
  }

  @Override
  public String describe() {
    return "CaptionLoss none=" + none;
  }
}
