package dev.fovea.engine.train;

import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.op.ShapeException;
import dev.fovea.engine.tensor.Tensor;
import java.util.function.DoubleBinaryOperator;

/**
 * A loss of each output element with its own target: {@code L = sum w l(x, t) / n} with {@code n}
 * by the {@link Reduction}. Output, target and weights have one shape, any. Immutable.
 */
public final class ElementLoss implements Loss {

  private final String name;
  private final Reduction reduction;
  private final DoubleBinaryOperator value;
  private final DoubleBinaryOperator derivative;

  private ElementLoss(
      String name,
      Reduction reduction,
      DoubleBinaryOperator value,
      DoubleBinaryOperator derivative) {
    this.name = name;
    this.reduction = reduction;
    this.value = value;
    this.derivative = derivative;
  }

  /** {@code |x - t|}; derivative 0 at 0. */
  public static ElementLoss l1(Reduction reduction) {
    return new ElementLoss(
        "L1", reduction, (x, t) -> Math.abs(x - t), (x, t) -> Math.signum(x - t));
  }

  /** {@code (x - t)^2}. */
  public static ElementLoss l2(Reduction reduction) {
    return new ElementLoss("L2", reduction, (x, t) -> (x - t) * (x - t), (x, t) -> 2 * (x - t));
  }

  /**
   * With {@code d = x - t}: {@code d^2 / (2 beta)} where {@code |d| < beta}, else {@code |d| - beta
   * / 2}. Girshick, "Fast R-CNN", ICCV 2015, with {@code beta = 1}.
   */
  public static ElementLoss smoothL1(double beta, Reduction reduction) {
    return huber("smooth L1", beta, 1 / beta, reduction);
  }

  /**
   * With {@code d = x - t}: {@code d^2 / 2} where {@code |d| < delta}, else {@code delta (|d| -
   * delta / 2)}. Huber, 1964.
   */
  public static ElementLoss huber(double delta, Reduction reduction) {
    return huber("Huber", delta, 1, reduction);
  }

  private static ElementLoss huber(String name, double bend, double scale, Reduction reduction) {
    if (!(bend > 0)) {
      throw new IllegalArgumentException(name + ": expected a bend > 0, found " + bend);
    }
    return new ElementLoss(
        name + " " + bend,
        reduction,
        (x, t) -> {
          double d = Math.abs(x - t);
          return scale * (d < bend ? d * d / 2 : bend * (d - bend / 2));
        },
        (x, t) -> scale * Math.max(-bend, Math.min(bend, x - t)));
  }

  /**
   * Binary cross-entropy of {@code p = sigmoid(x)} and {@code t} in [0, 1]: {@code -t log p - (1 -
   * t) log(1 - p)}, from the logit in one piece: {@code max(x, 0) - x t + log(1 + exp(-|x|))}.
   */
  public static ElementLoss binaryCrossEntropy(Reduction reduction) {
    return new ElementLoss(
        "binary cross-entropy",
        reduction,
        ElementLoss::binaryCrossEntropy,
        (x, t) -> sigmoid(x) - t);
  }

  /**
   * Focal loss of {@code p = sigmoid(x)} and {@code t} 0 or 1: the binary cross-entropy times
   * {@code a (1 - p_t)^gamma}, {@code p_t} the probability of what is right, {@code a = alpha} for
   * {@code t = 1} and {@code 1 - alpha} for 0. Lin et al., "Focal loss for dense object detection",
   * ICCV 2017, with {@code alpha = 0.25}, {@code gamma = 2}, and the sum divided by the number of
   * positives.
   *
   * @param alpha in [0, 1], or negative for {@code a = 1}
   * @param gamma not negative
   */
  public static ElementLoss sigmoidFocal(double alpha, double gamma, Reduction reduction) {
    if (!(alpha <= 1 && gamma >= 0)) {
      throw new IllegalArgumentException(
          "focal loss: expected alpha <= 1 and gamma >= 0, found " + alpha + " and " + gamma);
    }
    return new ElementLoss(
        "focal " + alpha + " " + gamma,
        reduction,
        (x, t) -> balance(alpha, t) * Math.pow(wrong(x, t), gamma) * binaryCrossEntropy(x, t),
        (x, t) -> {
          double wrong = wrong(x, t);
          double p = sigmoid(x);
          // wrong' = (1 - 2 t) p (1 - p), and p (1 - p) = wrong (1 - wrong) for t = 0 and 1.
          double ofFactor = gamma * (1 - 2 * t) * (1 - wrong) * binaryCrossEntropy(x, t);
          return balance(alpha, t) * Math.pow(wrong, gamma) * (ofFactor + p - t);
        });
  }

  private static double balance(double alpha, double t) {
    return alpha < 0 ? 1 : t * alpha + (1 - t) * (1 - alpha);
  }

  /** Probability of what is not right. */
  private static double wrong(double x, double t) {
    return sigmoid(t == 1 ? -x : x);
  }

  private static double binaryCrossEntropy(double x, double t) {
    return Math.max(x, 0) - x * t + Math.log1p(Math.exp(-Math.abs(x)));
  }

  private static double sigmoid(double x) {
    double e = Math.exp(-Math.abs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
  }

  @Override
  public double evaluate(
      Tensor output, Tensor target, Tensor weights, Tensor gradient, Parallel parallel) {
    if (target.size() != output.size() || (weights != null && weights.size() != output.size())) {
      throw new ShapeException(
          name
              + ": expected target and weights like the output "
              + output.shape()
              + ", found "
              + target.shape()
              + (weights == null ? "" : " and " + weights.shape()));
    }
    double n = divisor(output, weights, parallel);
    if (n == 0) {
      if (gradient != null) {
        gradient.fill(0);
      }
      return 0;
    }
    return Blocks.sum(
            parallel,
            output.size(),
            (from, to) -> {
              double sum = 0;
              for (int i = from; i < to; i++) {
                double w = weights == null ? 1 : weights.get(i);
                double x = output.get(i);
                double t = target.get(i);
                // An element of weight 0 may hold anything.
                sum += w == 0 ? 0 : w * value.applyAsDouble(x, t);
                if (gradient != null) {
                  double g = w == 0 ? 0 : w * derivative.applyAsDouble(x, t) / n;
                  gradient.array()[gradient.offset() + i] = (float) g;
                }
              }
              return sum;
            })
        / n;
  }

  private double divisor(Tensor output, Tensor weights, Parallel parallel) {
    return switch (reduction) {
      case SUM -> 1;
      case PER_SAMPLE -> output.shape().rank() == 0 ? 1 : output.shape().dim(0);
      case MEAN ->
          weights == null
              ? output.size()
              : Blocks.sum(
                  parallel,
                  weights.size(),
                  (from, to) -> {
                    double sum = 0;
                    for (int i = from; i < to; i++) {
                      sum += weights.get(i);
                    }
                    return sum;
                  });
    };
  }

  @Override
  public String describe() {
    return name + " " + reduction;
  }
}
