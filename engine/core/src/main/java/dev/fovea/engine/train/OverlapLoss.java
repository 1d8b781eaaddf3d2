package dev.fovea.engine.train;

import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.tensor.Tensor;

/**
 * One minus the soft Tversky index of softmax probabilities {@code p} and targets {@code t}, from
 * logits, in the mean over the classes: {@code T_c = (TP + s) / (TP + a FP + b FN + s)} with {@code
 * TP = sum w p t}, {@code FP = sum w p (1 - t)}, {@code FN = sum w (1 - p) t} over all elements of
 * the batch. Rare classes count like common ones.
 *
 * <p>Logits {@code [N, C, ...]}; targets {@code [N, ...]} class indices or {@link
 * SoftmaxCrossEntropy#IGNORE}, or shares {@code [N, C, ...]}; weights {@code [N, ...]}.
 *
 * <p>Salehi et al., "Tversky loss function for image segmentation using 3D fully convolutional deep
 * networks", 2017. Immutable.
 */
public final class OverlapLoss implements Loss {

  /** Added to both sides of the fraction: a class that is neither there nor found has index 1. */
  public static final double DEFAULT_SMOOTHING = 1;

  private final double alpha;
  private final double beta;
  private final double smoothing;

  private OverlapLoss(double alpha, double beta, double smoothing) {
    if (!(alpha >= 0 && beta >= 0 && smoothing > 0)) {
      throw new IllegalArgumentException(
          "overlap loss: expected factors >= 0 and smoothing > 0, found "
              + alpha
              + ", "
              + beta
              + ", "
              + smoothing);
    }
    this.alpha = alpha;
    this.beta = beta;
    this.smoothing = smoothing;
  }

  /**
   * Soft Dice: {@code a = b = 1/2}, so {@code 2 TP / (sum p + sum t)} without smoothing. Milletari
   * et al., "V-Net", 2016, have squares in the denominator.
   */
  public static OverlapLoss dice() {
    return tversky(0.5, 0.5, DEFAULT_SMOOTHING);
  }

  /** Soft Jaccard, intersection over union: {@code a = b = 1}. */
  public static OverlapLoss jaccard() {
    return tversky(1, 1, DEFAULT_SMOOTHING);
  }

  /**
   * Tversky.
   *
   * @param alpha what false positives count
   * @param beta what false negatives count
   * @param smoothing added to both sides of the fraction, positive
   */
  public static OverlapLoss tversky(double alpha, double beta, double smoothing) {
    return new OverlapLoss(alpha, beta, smoothing);
  }

  @Override
  public double evaluate(
      Tensor output, Tensor target, Tensor weights, Tensor gradient, Parallel parallel) {
    ClassTargets targets =
        new ClassTargets("OverlapLoss", output, target, weights, SoftmaxCrossEntropy.IGNORE);
    int classes = targets.classes;
    // For each class TP, then for each class sum w p, then for each class sum w t.
    double[] sums =
        Blocks.sums(
            parallel,
            targets.elements,
            3 * classes,
            (from, to, into) -> add(targets, output, from, to, into));
    double[] index = new double[classes];
    double[] below = new double[classes];
    double loss = 1;
    for (int c = 0; c < classes; c++) {
      double hits = sums[c];
      double falsePositives = sums[classes + c] - hits;
      double misses = sums[2 * classes + c] - hits;
      below[c] = hits + alpha * falsePositives + beta * misses + smoothing;
      index[c] = (hits + smoothing) / below[c];
      loss -= index[c] / classes;
    }
    if (gradient != null) {
      gradient.fill(0);
      Blocks.sum(
          parallel,
          targets.elements,
          (from, to) -> {
            write(targets, output, index, below, gradient, from, to);
            return 0;
          });
    }
    return loss;
  }

  private static void add(ClassTargets targets, Tensor output, int from, int to, double[] sums) {
    int classes = targets.classes;
    double[] p = new double[classes];
    double[] t = new double[classes];
    for (int e = from; e < to; e++) {
      double w = targets.read(e, t);
      if (w != 0) {
        targets.read(output, e, p);
        ClassLoss.softmax(p);
        for (int c = 0; c < classes; c++) {
          sums[c] += w * p[c] * t[c];
          sums[classes + c] += w * p[c];
          sums[2 * classes + c] += w * t[c];
        }
      }
    }
  }

  private void write(
      ClassTargets targets,
      Tensor output,
      double[] index,
      double[] below,
      Tensor gradient,
      int from,
      int to) {
    int classes = targets.classes;
    double[] p = new double[classes];
    double[] t = new double[classes];
    for (int e = from; e < to; e++) {
      double w = targets.read(e, t);
      if (w == 0) {
        continue;
      }
      targets.read(output, e, p);
      ClassLoss.softmax(p);
      double mean = 0;
      for (int c = 0; c < classes; c++) {
        // The derivative by p_c takes the place of t_c.
        double ofBelow = t[c] + alpha * (1 - t[c]) - beta * t[c];
        t[c] = -w * (t[c] - index[c] * ofBelow) / below[c] / classes;
        mean += p[c] * t[c];
      }
      int at = gradient.offset() + targets.first(e);
      for (int c = 0; c < classes; c++) {
        gradient.array()[at + c * targets.stride()] = (float) (p[c] * (t[c] - mean));
      }
    }
  }

  @Override
  public String describe() {
    return "OverlapLoss alpha=" + alpha + " beta=" + beta + " smoothing=" + smoothing;
  }
}
