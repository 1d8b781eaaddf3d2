package dev.fovea.engine.monitor;

import dev.fovea.engine.tensor.Shape;

/** Counts what the derivatives by one tensor gave. */
final class Tally {
  /** How many times its estimated error a numeric derivative may be off. */
  private static final double TRUST = 3;

  private final double negligible;
  private int checked;
  private int zeros;
  private int kinks;
  private int unresolved;
  private double worst;
  private double analytic;
  private double numeric;
  private int element;

  /**
   * Nothing yet.
   *
   * @param negligible two derivatives up to this are both taken for zero
   */
  Tally(double negligible) {
    this.negligible = negligible;
  }

  /**
   * Compares.
   *
   * @param index of the element, or -1
   * @param a the analytic derivative
   * @param n the numeric one
   */
  void add(int index, double a, CentralDifferences.Estimate n) {
    checked++;
    double difference = Math.abs(a - n.slope());
    double larger = Math.max(Math.abs(a), Math.abs(n.slope()));
    double relative = relative(difference, larger);
    boolean explained = difference <= TRUST * n.error();
    if (larger <= negligible) {
      zeros++;
    } else if (relative > TensorCheck.PASS && n.isSubgradient(a)) {
      kinks++;
    } else if (relative > TensorCheck.PASS && explained) {
      kinks += n.kinked() ? 1 : 0;
      unresolved += n.kinked() ? 0 : 1;
    } else if (relative >= worst) {
      worst = relative;
      analytic = a;
      numeric = n.slope();
      element = index;
    }
  }

  private static double relative(double difference, double larger) {
    if (Double.isNaN(difference)) {
      // The worst of all, and no comparison would say so.
      return Double.POSITIVE_INFINITY;
    }
    return larger == 0 ? 0 : difference / larger;
  }

  TensorCheck result(String node, String operator, String by, Shape shape) {
    return new TensorCheck(
        node,
        operator,
        by,
        shape,
        checked,
        zeros,
        kinks,
        unresolved,
        worst,
        analytic,
        numeric,
        element,
        TensorCheck.verdict(worst, 2 * (kinks + unresolved) > checked));
  }
}
