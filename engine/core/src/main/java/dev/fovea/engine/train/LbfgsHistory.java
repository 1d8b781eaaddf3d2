package dev.fovea.engine.train;

import java.util.ArrayList;
import java.util.List;

/**
 * The last steps {@code s} and changes of the gradient {@code y}: an inverse Hessian in disguise.
 */
final class LbfgsHistory {

  private final int limit;
  private final List<double[]> steps = new ArrayList<>();
  private final List<double[]> changes = new ArrayList<>();

  LbfgsHistory(int limit) {
    this.limit = limit;
  }

  boolean isEmpty() {
    return steps.isEmpty();
  }

  /** Remembers a pair, unless the function is not curved upward along it. */
  void add(double[] s, double[] y) {
    if (!(dot(s, y) > 1e-12 * dot(y, y))) {
      return;
    }
    if (steps.size() == limit) {
      steps.remove(0);
      changes.remove(0);
    }
    steps.add(s);
    changes.add(y);
  }

  /** {@code -H g} by the two-loop recursion, from {@code H = s y / y y} of the newest pair. */
  double[] direction(double[] gradient) {
    double[] q = gradient.clone();
    int n = steps.size();
    double[] alpha = new double[n];
    for (int i = n - 1; i >= 0; i--) {
      alpha[i] = dot(steps.get(i), q) / dot(steps.get(i), changes.get(i));
      add(q, -alpha[i], changes.get(i));
    }
    double gamma = 1;
    if (n > 0) {
      double[] y = changes.get(n - 1);
      gamma = dot(steps.get(n - 1), y) / dot(y, y);
    }
    for (int k = 0; k < q.length; k++) {
      q[k] *= gamma;
    }
    for (int i = 0; i < n; i++) {
      double beta = dot(changes.get(i), q) / dot(steps.get(i), changes.get(i));
      add(q, alpha[i] - beta, steps.get(i));
    }
    for (int k = 0; k < q.length; k++) {
      q[k] = -q[k];
    }
    return q;
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void add(double[] to, double factor, double[] what) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * what[i];
    }
  }
}
