package dev.fovea.engine.train;

import dev.fovea.engine.op.ShapeException;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/**
 * Cross-entropy of softmax probabilities, from logits: {@code L = sum w_i (log sum_c exp z_ic -
 * z_iy) / sum w_i}, with gradient {@code w_i (softmax(z_i) - onehot(y_i)) / sum w_i}.
 *
 * <p>Logits {@code [N, C, ...]}; targets {@code [N, ...]} hold class indices as floats (exact up to
 * 2^24); {@link #IGNORE} leaves an element out of the mean. Weights have the targets' shape.
 * Computed from the logits in one piece: a softmax followed by a logarithm loses all digits for
 * sure answers.
 */
public final class SoftmaxCrossEntropy implements Loss {

  /** Target of elements that do not count. */
  public static final int IGNORE = -1;

  @Override
  public double evaluate(Tensor output, Tensor target, Tensor weights, Tensor gradient) {
    Shape s = output.shape();
    if (s.rank() < 2 || target.size() * s.dim(1) != s.size()) {
      throw new ShapeException(
          "SoftmaxCrossEntropy: logits [N, C, ...] and targets [N, ...] expected, found "
              + s
              + " and "
              + target.shape());
    }
    int classes = s.dim(1);
    int inner = s.size(2, s.rank());
    double total = totalWeight(target, weights);
    if (gradient != null) {
      gradient.fill(0);
    }
    if (total == 0) {
      return 0;
    }
    double loss = 0;
    double[] e = new double[classes];
    for (int n = 0; n < s.dim(0); n++) {
      for (int i = 0; i < inner; i++) {
        int element = n * inner + i;
        int label = label(target, element, classes);
        double weight = weights == null ? 1 : weights.get(element);
        if (label == IGNORE || weight == 0) {
          continue;
        }
        int first = output.offset() + n * classes * inner + i;
        loss += weight * element(output.array(), first, inner, label, e);
        if (gradient != null) {
          int at = gradient.offset() + n * classes * inner + i;
          for (int c = 0; c < classes; c++) {
            double p = e[c] - (c == label ? 1 : 0);
            gradient.array()[at + c * inner] = (float) (weight * p / total);
          }
        }
      }
    }
    return loss / total;
  }

  /** Loss of one element; leaves its probabilities in {@code p}. */
  private static double element(float[] z, int first, int stride, int label, double[] p) {
    double max = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < p.length; c++) {
      max = Math.max(max, z[first + c * stride]);
    }
    double sum = 0;
    for (int c = 0; c < p.length; c++) {
      p[c] = Math.exp(z[first + c * stride] - max);
      sum += p[c];
    }
    for (int c = 0; c < p.length; c++) {
      p[c] /= sum;
    }
    return Math.log(sum) + max - z[first + label * stride];
  }

  private static double totalWeight(Tensor target, Tensor weights) {
    double total = 0;
    for (int i = 0; i < target.size(); i++) {
      if (target.get(i) != IGNORE) {
        total += weights == null ? 1 : weights.get(i);
      }
    }
    return total;
  }

  private static int label(Tensor target, int i, int classes) {
    float t = target.get(i);
    int label = (int) t;
    if (label != t || label < IGNORE || label >= classes) {
      throw new IllegalArgumentException(
          "SoftmaxCrossEntropy: target expected a class in 0.."
              + (classes - 1)
              + " or "
              + IGNORE
              + ", found "
              + t);
    }
    return label;
  }
}
