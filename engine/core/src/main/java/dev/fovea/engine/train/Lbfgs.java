package dev.fovea.engine.train;

/**
 * Limited-memory BFGS with a line search for the strong Wolfe conditions: makes a smooth function
 * small that gives the same value each time, such as the loss of a whole data set (see {@link
 * GraphObjective}) or of an image; not for mini-batches, whose noise it would take for curvature.
 * Liu and Nocedal, 1989; Nocedal and Wright, "Numerical optimization", algorithms 3.5, 3.6, 7.4.
 * Immutable and thread-safe.
 *
 * @param history how many pairs of steps and changes of the gradient are remembered
 * @param maxIterations end after so many line searches
 * @param tolerance end when no element of the gradient is larger
 */
public record Lbfgs(int history, int maxIterations, double tolerance) {

  private static final double DECREASE = 1e-4;
  private static final double CURVATURE = 0.9;
  private static final int MOST_TRIALS = 30;
  private static final double LONGEST = 1e10;

  /** Checks the ranges. */
  public Lbfgs {
    if (history < 1 || maxIterations < 1 || !(tolerance >= 0)) {
      throw new IllegalArgumentException(
          "L-BFGS: expected history and iterations >= 1, tolerance >= 0; found "
              + history
              + ", "
              + maxIterations
              + ", "
              + tolerance);
    }
  }

  /** A function with its gradient. */
  @FunctionalInterface
  public interface Objective {

    /**
     * Evaluates.
     *
     * @param x where; not modified
     * @param gradient overwritten
     * @return the value; infinite or not a number where it is not defined, then a shorter step is
     *     tried
     */
    double evaluate(double[] x, double[] gradient);
  }

  /**
   * Where it ended.
   *
   * @param x the best place
   * @param value the function there
   * @param iterations line searches
   * @param evaluations of the function
   * @param converged whether the gradient is within the tolerance; if not, iterations ran out or no
   *     step leads further down
   */
  public record Result(
      double[] x, double value, int iterations, int evaluations, boolean converged) {}

  /** Makes a function small, from a start that is not modified. */
  public Result minimize(Objective f, double[] start) {
    Run run = new Run(f, start);
    LbfgsHistory pairs = new LbfgsHistory(history);
    int iterations = 0;
    while (iterations < maxIterations && !small(run.gradient)) {
      double[] direction = pairs.direction(run.gradient);
      double slope = LbfgsHistory.dot(run.gradient, direction);
      double first = pairs.isEmpty() ? Math.min(1, 1 / norm1(run.gradient)) : 1;
      double[] x = run.x;
      double[] gradient = run.gradient;
      if (!run.search(direction, slope, first)) {
        break;
      }
      pairs.add(difference(run.x, x), difference(run.gradient, gradient));
      iterations++;
    }
    return new Result(run.x, run.value, iterations, run.evaluations, small(run.gradient));
  }

  private boolean small(double[] gradient) {
    for (double g : gradient) {
      if (!(Math.abs(g) <= tolerance)) {
        return false;
      }
    }
    return true;
  }

  private static double norm1(double[] a) {
    double sum = 0;
    for (double x : a) {
      sum += Math.abs(x);
    }
    return sum;
  }

  private static double[] difference(double[] a, double[] b) {
    double[] d = new double[a.length];
    for (int i = 0; i < d.length; i++) {
      d[i] = a[i] - b[i];
    }
    return d;
  }

  /** The function along a line, at one step. */
  private record Point(double step, double value, double slope, double[] x, double[] gradient) {}

  /** Where a minimisation stands. */
  private static final class Run {
    private final Objective f;
    private double[] x;
    private double[] gradient;
    private double value;
    private int evaluations;

    Run(Objective f, double[] start) {
      this.f = f;
      this.x = start.clone();
      this.gradient = new double[start.length];
      this.value = f.evaluate(x, gradient);
      this.evaluations = 1;
    }

    /**
     * Goes along a direction to where the Wolfe conditions hold; false if there is no such place.
     */
    boolean search(double[] direction, double slope, double first) {
      Point origin = new Point(0, value, slope, x, gradient);
      Point before = origin;
      double step = first;
      Point found = null;
      for (int trial = 0; trial < MOST_TRIALS && found == null; trial++) {
        Point p = at(direction, step);
        if (tooHigh(p, origin) || (trial > 0 && p.value >= before.value)) {
          found = zoom(direction, origin, before, p);
          break;
        }
        if (Math.abs(p.slope) <= -CURVATURE * slope) {
          found = p;
        } else if (p.slope >= 0) {
          found = zoom(direction, origin, p, before);
          break;
        }
        before = p;
        step = Math.min(2 * step, LONGEST);
      }
      if (found == null || !(found.value < value)) {
        return false;
      }
      x = found.x;
      gradient = found.gradient;
      value = found.value;
      return true;
    }

    /** Between two points, the first of them the lower one, with a place that fits in between. */
    private Point zoom(double[] direction, Point origin, Point low, Point high) {
      Point l = low;
      Point h = high;
      for (int trial = 0; trial < MOST_TRIALS; trial++) {
        Point p = at(direction, between(l, h));
        if (tooHigh(p, origin) || p.value >= l.value) {
          h = p;
        } else {
          if (Math.abs(p.slope) <= -CURVATURE * origin.slope) {
            return p;
          }
          if (p.slope * (h.step - l.step) >= 0) {
            h = l;
          }
          l = p;
        }
      }
      return l;
    }

    private static boolean tooHigh(Point p, Point origin) {
      return !(p.value <= origin.value + DECREASE * p.step * origin.slope);
    }

    /**
     * The minimum of the cubic through both, kept away from the ends; the middle if there is none.
     */
    private static double between(Point l, Point h) {
      double middle = (l.step + h.step) / 2;
      double d = h.step - l.step;
      double a = l.slope + h.slope - 3 * (h.value - l.value) / d;
      double root = a * a - l.slope * h.slope;
      double step =
          h.step
              - d
                  * (h.slope + Math.sqrt(root) * Math.signum(d) - a)
                  / (h.slope - l.slope + 2 * Math.sqrt(root) * Math.signum(d));
      double margin = 0.1 * Math.abs(d);
      boolean inside =
          step >= Math.min(l.step, h.step) + margin && step <= Math.max(l.step, h.step) - margin;
      return inside ? step : middle;
    }

    private Point at(double[] direction, double step) {
      double[] there = x.clone();
      for (int i = 0; i < there.length; i++) {
        there[i] += step * direction[i];
      }
      double[] g = new double[there.length];
      double v = f.evaluate(there, g);
      evaluations++;
      return new Point(step, v, LbfgsHistory.dot(g, direction), there, g);
    }
  }
}
