package dev.fovea.engine.train;

import java.util.Arrays;

/**
 * Cross-entropy of softmax probabilities, from logits: {@code L = sum w_i l_i / sum w_i u_i} with
 * {@code l_i = sum_c q_ic (log sum_k exp z_ik - z_ic)}, {@code q_ic = u_c ((1 - s) t_ic + s / C)},
 * class weights {@code u}, label smoothing {@code s}; gradient {@code w_i (softmax(z_i) sum_c q_ic
 * - q_i) / sum w_i u_i}, where {@code u_i = sum_c u_c t_ic}.
 *
 * <p>Logits {@code [N, C, ...]}. Targets {@code [N, ...]} hold class indices as floats (exact up to
 * 2^24), one of which may stand for elements to be left out of the mean; or {@code [N, C, ...]},
 * {@code t} itself: what mixup makes, or another network says. Weights {@code [N, ...]}. Computed
 * from the logits in one piece: a softmax followed by a logarithm loses all digits for sure
 * answers.
 *
 * <p>Label smoothing: Szegedy et al., "Rethinking the Inception architecture", CVPR 2016.
 * Immutable.
 */
public final class SoftmaxCrossEntropy extends ClassLoss {

  /** Target of elements that do not count, unless another one is chosen. */
  public static final int IGNORE = -1;

  private final double smoothing;
  private final double[] classWeights;
  private final int ignore;

  /** Neither smoothing nor class weights; {@link #IGNORE} is ignored. */
  public SoftmaxCrossEntropy() {
    this(0, new double[0], IGNORE);
  }

  private SoftmaxCrossEntropy(double smoothing, double[] classWeights, int ignore) {
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new IllegalArgumentException(
          "label smoothing: expected a share in [0, 1), found " + smoothing);
    }
    if (!Arrays.stream(classWeights).allMatch(u -> u >= 0)) {
      throw new IllegalArgumentException(
          "class weights: expected none below 0, found " + Arrays.toString(classWeights));
    }
    this.smoothing = smoothing;
    this.classWeights = classWeights.clone();
    this.ignore = ignore;
  }

  /** A copy that gives a share of each target to all classes alike; the paper's is 0.1. */
  public SoftmaxCrossEntropy withLabelSmoothing(double share) {
    return new SoftmaxCrossEntropy(share, classWeights, ignore);
  }

  /** A copy in which classes count differently, one weight for each. */
  public SoftmaxCrossEntropy withClassWeights(double... weights) {
    return new SoftmaxCrossEntropy(smoothing, weights, ignore);
  }

  /** A copy that leaves out elements with this class index, such as the 255 of Pascal VOC. */
  public SoftmaxCrossEntropy withIgnored(int index) {
    return new SoftmaxCrossEntropy(smoothing, classWeights, index);
  }

  @Override
  int ignore() {
    return ignore;
  }

  @Override
  void check(ClassTargets targets) {
    if (classWeights.length != 0 && classWeights.length != targets.classes) {
      throw new IllegalArgumentException(
          "class weights: expected " + targets.classes + ", found " + classWeights.length);
    }
  }

  @Override
  double importance(double[] shares) {
    double sum = 0;
    for (int c = 0; c < shares.length; c++) {
      sum += shares[c] * classWeight(c);
    }
    return sum;
  }

  private double classWeight(int c) {
    return classWeights.length == 0 ? 1 : classWeights[c];
  }

  @Override
  double element(double[] z, double[] shares, double[] gradient) {
    for (int c = 0; c < z.length; c++) {
      shares[c] = classWeight(c) * ((1 - smoothing) * shares[c] + smoothing / z.length);
    }
    return crossEntropy(z, shares, gradient);
  }

  @Override
  public String describe() {
    return "SoftmaxCrossEntropy smoothing="
        + smoothing
        + " weights="
        + Arrays.toString(classWeights)
        + " ignore="
        + ignore;
  }
}
