package dev.fovea.engine.train;

import dev.fovea.engine.op.ShapeException;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/**
 * The elements of a batch of class scores {@code [N, C, ...]} with what is right for each: a class
 * index in targets {@code [N, ...]}, or a distribution over the classes in targets {@code [N, C,
 * ...]}. Element {@code e} is a place of a sample, in row-major order without the class dimension.
 */
final class ClassTargets {

  private final String loss;
  private final Tensor target;
  private final Tensor weights;
  private final int ignore;
  final int classes;
  final int elements;
  final boolean soft;
  private final int inner;

  /**
   * Checks the shapes.
   *
   * @param loss its name, for messages
   * @param weights one for each element, or null
   * @param ignore class index of elements that do not count
   */
  ClassTargets(String loss, Tensor scores, Tensor target, Tensor weights, int ignore) {
    Shape s = scores.shape();
    boolean hard = s.rank() >= 2 && (long) target.size() * s.dim(1) == s.size();
    this.soft = !hard && s.rank() >= 2 && target.shape().equals(s);
    if (!hard && !soft) {
      throw new ShapeException(
          loss
              + ": logits [N, C, ...] and targets [N, ...] or [N, C, ...] expected, found "
              + s
              + " and "
              + target.shape());
    }
    this.loss = loss;
    this.target = target;
    this.weights = weights;
    this.ignore = ignore;
    this.classes = s.dim(1);
    this.inner = s.size(2, s.rank());
    this.elements = s.dim(0) * inner;
    if (weights != null && weights.size() != elements) {
      throw new ShapeException(
          loss + ": expected " + elements + " weights, found " + weights.shape());
    }
  }

  /** Index in a tensor {@code [N, C, ...]} of class 0 of an element. */
  int first(int element) {
    return element / inner * classes * inner + element % inner;
  }

  /** From one class of an element to the next. */
  int stride() {
    return inner;
  }

  /** The scores of an element. */
  void read(Tensor scores, int element, double[] to) {
    float[] z = scores.array();
    int at = scores.offset() + first(element);
    for (int c = 0; c < classes; c++) {
      to[c] = z[at + c * inner];
    }
  }

  /**
   * What is right for an element as shares of the classes.
   *
   * @return its weight, 0 if it does not count
   */
  double read(int element, double[] shares) {
    double weight = weights == null ? 1 : weights.get(element);
    if (soft) {
      read(target, element, shares);
      return weight;
    }
    int label = label(element);
    for (int c = 0; c < classes; c++) {
      shares[c] = c == label ? 1 : 0;
    }
    return label == ignore ? 0 : weight;
  }

  /**
   * The class index of an element, or the one to be ignored.
   *
   * @throws IllegalArgumentException if the target is neither
   */
  int label(int element) {
    float t = target.get(element);
    int label = (int) t;
    if (label != t || (label != ignore && (label < 0 || label >= classes))) {
      throw new IllegalArgumentException(
          loss
              + ": target expected a class in 0.."
              + (classes - 1)
              + " or "
              + ignore
              + ", found "
              + t);
    }
    return label;
  }
}
