package dev.fovea.engine.train;

import java.util.Arrays;

/**
 * The multiclass support vector machine's loss: {@code sum over c != y of max(0, z_c - z_y +
 * margin)}. Weston and Watkins, 1999; the course's "SVM loss".
 *
 * <p>Scores {@code [N, C, ...]}, targets {@code [N, ...]} class indices or {@link
 * SoftmaxCrossEntropy#IGNORE}, weights {@code [N, ...]}; the weighted mean. Immutable.
 */
public final class MulticlassHinge extends ClassLoss {

  private final double margin;

  /** With the course's margin of 1. */
  public MulticlassHinge() {
    this(1);
  }

  /**
   * With a margin.
   *
   * @param margin by which the right class has to win, positive
   */
  public MulticlassHinge(double margin) {
    if (!(margin > 0)) {
      throw new IllegalArgumentException("hinge: expected a margin > 0, found " + margin);
    }
    this.margin = margin;
  }

  @Override
  void check(ClassTargets targets) {
    checkIndices(targets);
  }

  @Override
  double element(double[] z, double[] shares, double[] gradient) {
    int label = label(shares);
    Arrays.fill(gradient, 0);
    double loss = 0;
    for (int c = 0; c < z.length; c++) {
      double over = z[c] - z[label] + margin;
      if (c != label && over > 0) {
        loss += over;
        gradient[c] = 1;
        gradient[label]--;
      }
    }
    return loss;
  }

  @Override
  public String describe() {
    return "MulticlassHinge margin=" + margin;
  }
}
