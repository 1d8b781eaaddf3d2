package dev.fovea.visualize.adversarial;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Loss;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import java.util.Arrays;

/**
 * What an attack is to achieve: that samples are no longer told to be of the class they are of, or
 * that they are told to be of a chosen one. Its objective is the loss of the right classes, or
 * minus that of the chosen ones. Immutable; the array is not to be modified.
 *
 * @param classes class indices, one for each element that is classified: {@code N} of them for
 *     scores {@code [N, K]}, {@code N * H * W} for scores {@code [N, K, H, W]}
 * @param targeted whether they are the ones to be reached
 * @param loss by scores and class indices; a mean over what it is given
 */
public record Goal(int[] classes, boolean targeted, Loss loss)
    implements DifferentiableModel.Objective {

  /** Anything but these, by the cross-entropy. */
  public static Goal awayFrom(int... classes) {
    return new Goal(classes, false, new SoftmaxCrossEntropy());
  }

  /** These, by the cross-entropy. */
  public static Goal towards(int... classes) {
    return new Goal(classes, true, new SoftmaxCrossEntropy());
  }

  /** The part of it that is about one of {@code samples} samples. */
  Goal of(int sample, int samples) {
    int each = classes.length / samples;
    return new Goal(
        Arrays.copyOfRange(classes, sample * each, (sample + 1) * each), targeted, loss);
  }

  @Override
  public double[] evaluate(Tensor scores, Tensor cotangent) {
    int samples = scores.shape().dim(0);
    Tensor target = targets(scores);
    double[] values = new double[samples];
    double sign = targeted ? -1 : 1;
    for (int n = 0; n < samples; n++) {
      values[n] =
          sign
              * loss.evaluate(
                  scores.slice(n, n + 1), target.slice(n, n + 1), null, cotangent.slice(n, n + 1));
    }
    if (targeted) {
      for (int i = 0; i < cotangent.size(); i++) {
        cotangent.array()[cotangent.offset() + i] *= -1;
      }
    }
    return values;
  }

  private Tensor targets(Tensor scores) {
    Shape shape = scores.shape();
    int[] dims = new int[shape.rank() - 1];
    dims[0] = shape.dim(0);
    for (int i = 2; i < shape.rank(); i++) {
      dims[i - 1] = shape.dim(i);
    }
    Tensor target = Tensor.zeros(dims);
    if (target.size() != classes.length) {
      throw new IllegalArgumentException(
          "attack: found "
              + classes.length
              + " classes for scores "
              + shape
              + ", expected "
              + target.size());
    }
    for (int i = 0; i < classes.length; i++) {
      target.array()[i] = classes[i];
    }
    return target;
  }

  /** For each sample the share of its elements for which the goal is reached, from 0 to 1. */
  public double[] reached(Tensor scores) {
    Shape shape = scores.shape();
    int samples = shape.dim(0);
    int elements = shape.size(2, shape.rank());
    double[] shares = new double[samples];
    int[] told = told(scores);
    for (int i = 0; i < told.length; i++) {
      shares[i / elements] += (told[i] == classes[i]) == targeted ? 1 : 0;
    }
    for (int n = 0; n < samples; n++) {
      shares[n] /= elements;
    }
    return shares;
  }

  /** Whether it is reached for the only sample, and wholly. */
  boolean isReached(Tensor scores) {
    return reached(scores)[0] == 1;
  }

  /** The classes that scores {@code [N, K, ...]} tell, one for each element that is classified. */
  public static int[] told(Tensor scores) {
    int samples = scores.shape().dim(0);
    int elements = scores.shape().size(2, scores.shape().rank());
    int[] told = new int[samples * elements];
    for (int i = 0; i < told.length; i++) {
      told[i] = best(scores, i / elements, i % elements);
    }
    return told;
  }

  /**
   * The class with the highest score of element {@code e} of sample {@code n}; the first of equal
   * ones. NaN is never the highest.
   */
  private static int best(Tensor scores, int n, int e) {
    int classes = scores.shape().dim(1);
    int elements = scores.shape().size(2, scores.shape().rank());
    int best = 0;
    float highest = Float.NEGATIVE_INFINITY;
    for (int k = 0; k < classes; k++) {
      float score = scores.get((n * classes + k) * elements + e);
      if (score > highest) {
        highest = score;
        best = k;
      }
    }
    return best;
  }
}
