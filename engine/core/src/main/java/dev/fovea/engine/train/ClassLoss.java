package dev.fovea.engine.train;

import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.tensor.Tensor;

/**
 * A loss that looks at the class scores of one element (a sample, or a pixel of it) at a time:
 * {@code L = sum w_e l_e / sum w_e}.
 */
abstract class ClassLoss implements Loss {

  /**
   * Loss of one element.
   *
   * @param z scores; may be overwritten
   * @param shares what is right, as shares of the classes; may be overwritten
   * @param gradient overwritten with the derivative by the scores
   */
  abstract double element(double[] z, double[] shares, double[] gradient);

  /** What an element with these shares counts in the mean, besides its weight. */
  double importance(double[] shares) {
    return 1;
  }

  /** Class index of elements that do not count. */
  int ignore() {
    return SoftmaxCrossEntropy.IGNORE;
  }

  /** Refuses targets that the loss is not defined for. */
  void check(ClassTargets targets) {}

  @Override
  public final double evaluate(
      Tensor output, Tensor target, Tensor weights, Tensor gradient, Parallel parallel) {
    ClassTargets targets =
        new ClassTargets(getClass().getSimpleName(), output, target, weights, ignore());
    check(targets);
    if (gradient != null) {
      gradient.fill(0);
    }
    double total = Blocks.sum(parallel, targets.elements, (from, to) -> weight(targets, from, to));
    if (total == 0) {
      return 0;
    }
    return Blocks.sum(
            parallel,
            targets.elements,
            (from, to) -> sum(targets, output, gradient, total, from, to))
        / total;
  }

  private double weight(ClassTargets targets, int from, int to) {
    double[] shares = new double[targets.classes];
    double sum = 0;
    for (int e = from; e < to; e++) {
      double weight = targets.read(e, shares);
      sum += weight == 0 ? 0 : weight * importance(shares);
    }
    return sum;
  }

  private double sum(
      ClassTargets targets, Tensor output, Tensor gradient, double total, int from, int to) {
    double[] z = new double[targets.classes];
    double[] shares = new double[targets.classes];
    double[] g = new double[targets.classes];
    double sum = 0;
    for (int e = from; e < to; e++) {
      double weight = targets.read(e, shares);
      if (weight == 0) {
        continue;
      }
      targets.read(output, e, z);
      sum += weight * element(z, shares, g);
      if (gradient != null) {
        int at = gradient.offset() + targets.first(e);
        for (int c = 0; c < g.length; c++) {
          gradient.array()[at + c * targets.stride()] = (float) (weight * g[c] / total);
        }
      }
    }
    return sum;
  }

  /**
   * Replaces scores by their softmax.
   *
   * @return {@code log sum exp} of the scores
   */
  static double softmax(double[] z) {
    double max = Double.NEGATIVE_INFINITY;
    for (double x : z) {
      max = Math.max(max, x);
    }
    double sum = 0;
    for (int c = 0; c < z.length; c++) {
      z[c] = Math.exp(z[c] - max);
      sum += z[c];
    }
    for (int c = 0; c < z.length; c++) {
      z[c] /= sum;
    }
    return Math.log(sum) + max;
  }

  /** {@code -sum_c q_c log softmax(z)_c}; {@code z} becomes the softmax. */
  static double crossEntropy(double[] z, double[] q, double[] gradient) {
    double scores = 0;
    double total = 0;
    for (int c = 0; c < z.length; c++) {
      // A score of -Infinity for a class without a share adds nothing.
      scores += q[c] == 0 ? 0 : q[c] * z[c];
      total += q[c];
    }
    double logSum = softmax(z);
    for (int c = 0; c < z.length; c++) {
      gradient[c] = total * z[c] - q[c];
    }
    return total * logSum - scores;
  }

  /** Index of the class that has all; for losses of class indices only. */
  static int label(double[] shares) {
    int label = 0;
    while (shares[label] == 0) {
      label++;
    }
    return label;
  }

  /** Refuses distributions. */
  final void checkIndices(ClassTargets targets) {
    if (targets.soft) {
      throw new IllegalArgumentException(
          getClass().getSimpleName()
              + ": expected class indices [N, ...] as targets, found a distribution [N, C, ...]");
    }
  }
}
