package dev.fovea.visualize.adversarial;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * What an attack may reach: {@code |x' - x| <= radius} for each sample by itself, and every element
 * from {@code lower} to {@code upper}. Immutable.
 *
 * @param norm of the perturbation of one sample
 * @param radius 0 or more; infinite for no bound
 * @param lower smallest value of an element
 * @param upper largest value of an element
 */
public record Ball(Norm norm, double radius, float lower, float upper) {
  /** Rounding of floats on the way there and back. */
  private static final double SLACK = 1e-6;

  /** Checks the ranges. */
  public Ball {
    Objects.requireNonNull(norm, "norm");
    if (!(radius >= 0) || !(lower < upper)) {
      throw new IllegalArgumentException(
          "ball: found the radius "
              + radius
              + " in "
              + lower
              + " to "
              + upper
              + ", expected 0 or more, lower < upper");
    }
  }

  /** A ball in pictures of values from 0 to 1. */
  public static Ball of(Norm norm, double radius) {
    return new Ball(norm, radius, 0, 1);
  }

  /** All pictures of values from 0 to 1. */
  public static Ball unbounded(Norm norm) {
    return of(norm, Double.POSITIVE_INFINITY);
  }

  /** A copy with another radius. */
  public Ball withRadius(double other) {
    return new Ball(norm, other, lower, upper);
  }

  /**
   * Moves {@code x} into the ball around {@code centre}, sample by sample, and then into the range:
   * to the nearest element of the ball, as the centre lies in the range.
   *
   * @param x {@code [N, ...]}, modified
   * @param centre in the shape of {@code x}
   */
  public void project(Tensor x, Tensor centre) {
    float[] a = x.array();
    int samples = x.shape().dim(0);
    int size = x.size() / samples;
    for (int n = 0; n < samples; n++) {
      int at = x.offset() + n * size;
      int from = centre.offset() + n * size;
      if (norm == Norm.L_INF) {
        clampAround(a, at, centre.array(), from, size);
      } else {
        shorten(a, at, centre.array(), from, size);
      }
      for (int i = at; i < at + size; i++) {
        a[i] = Math.max(lower, Math.min(upper, a[i]));
      }
    }
  }

  private void clampAround(float[] a, int at, float[] centre, int from, int size) {
    for (int i = 0; i < size; i++) {
      double c = centre[from + i];
      a[at + i] = (float) Math.max(c - radius, Math.min(c + radius, a[at + i]));
    }
  }

  private void shorten(float[] a, int at, float[] centre, int from, int size) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      double d = (double) a[at + i] - centre[from + i];
      sum += d * d;
    }
    double length = Math.sqrt(sum);
    if (length > radius) {
      double factor = radius / length;
      for (int i = 0; i < size; i++) {
        double c = centre[from + i];
        a[at + i] = (float) (c + factor * (a[at + i] - c));
      }
    }
  }

  /** Whether every sample of {@code x} lies in the ball around that of {@code centre}. */
  public boolean contains(Tensor x, Tensor centre) {
    float[] difference = difference(x, centre);
    int samples = x.shape().dim(0);
    int size = x.size() / samples;
    for (int n = 0; n < samples; n++) {
      if (norm.of(difference, n * size, (n + 1) * size) > radius * (1 + SLACK) + SLACK) {
        return false;
      }
    }
    for (int i = 0; i < x.size(); i++) {
      if (!(x.get(i) >= lower && x.get(i) <= upper)) {
        return false;
      }
    }
    return true;
  }

  /** {@code x - centre}, in a new array. */
  static float[] difference(Tensor x, Tensor centre) {
    float[] difference = new float[x.size()];
    for (int i = 0; i < difference.length; i++) {
      difference[i] = x.get(i) - centre.get(i);
    }
    return difference;
  }

  /**
   * A random element: each coordinate uniform for {@link Norm#L_INF}; for {@link Norm#L2} uniform
   * in the ball, before the range is looked at.
   *
   * @return a new tensor
   */
  Tensor random(Tensor centre, SplittableRandom random) {
    Tensor x = Tensor.zeros(centre.shape());
    Shape shape = centre.shape();
    int size = x.size() / shape.dim(0);
    for (int n = 0; n < shape.dim(0); n++) {
      double[] d = norm == Norm.L_INF ? cube(size, random) : sphere(size, random);
      for (int i = 0; i < size; i++) {
        x.array()[n * size + i] = (float) (centre.get(n * size + i) + radius * d[i]);
      }
    }
    project(x, centre);
    return x;
  }

  private static double[] cube(int size, SplittableRandom random) {
    double[] d = new double[size];
    for (int i = 0; i < size; i++) {
      d[i] = 2 * random.nextDouble() - 1;
    }
    return d;
  }

  private static double[] sphere(int size, SplittableRandom random) {
    double[] d = new double[size];
    double sum = 0;
    for (int i = 0; i < size; i++) {
      d[i] = random.nextGaussian();
      sum += d[i] * d[i];
    }
    double factor = Math.pow(random.nextDouble(), 1.0 / size) / Math.sqrt(sum);
    for (int i = 0; i < size; i++) {
      d[i] *= factor;
    }
    return d;
  }
}
