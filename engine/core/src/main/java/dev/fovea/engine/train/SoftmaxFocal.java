package dev.fovea.engine.train;

import java.util.Arrays;

/**
 * Focal loss of softmax probabilities, from logits: {@code -(1 - p_y)^gamma log p_y}, so that sure
 * right answers hardly count. Lin et al., "Focal loss for dense object detection", ICCV 2017.
 *
 * <p>Logits {@code [N, C, ...]}, targets {@code [N, ...]} class indices or {@link
 * SoftmaxCrossEntropy#IGNORE}, weights {@code [N, ...]}; the weighted mean. Immutable.
 */
public final class SoftmaxFocal extends ClassLoss {

  private final double gamma;

  /**
   * With an exponent.
   *
   * @param gamma not negative; 0 is the cross-entropy
   */
  public SoftmaxFocal(double gamma) {
    if (!(gamma >= 0)) {
      throw new IllegalArgumentException("focal loss: expected gamma >= 0, found " + gamma);
    }
    this.gamma = gamma;
  }

  @Override
  void check(ClassTargets targets) {
    checkIndices(targets);
  }

  @Override
  double element(double[] z, double[] shares, double[] gradient) {
    int label = label(shares);
    double entropy = crossEntropy(z, shares, gradient);
    // Not 1 - p: near 1 that has no digits left.
    double wrong = 0;
    for (int c = 0; c < z.length; c++) {
      wrong += c == label ? 0 : z[c];
    }
    if (wrong == 0) {
      Arrays.fill(gradient, 0);
      return gamma == 0 ? entropy : 0;
    }
    double factor = Math.pow(wrong, gamma);
    double slope = factor + gamma * z[label] * factor / wrong * entropy;
    for (int c = 0; c < z.length; c++) {
      gradient[c] *= slope;
    }
    return factor * entropy;
  }

  @Override
  public String describe() {
    return "SoftmaxFocal gamma=" + gamma;
  }
}
