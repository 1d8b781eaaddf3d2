package dev.fovea.engine.zoo.search;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The values a hyper-parameter may have. Immutable.
 *
 * @param name of the hyper-parameter: letters, digits, {@code _} and {@code -}
 * @param scale how values lie between the ends
 * @param min smallest value
 * @param max largest value
 */
public record Range(String name, Scale scale, double min, double max) {

  /** How values lie between the ends of a range. */
  public enum Scale {
    /** All equally likely. */
    LINEAR,
    /** All magnitudes equally likely: right for rates and penalties, of which 1e-4 may do. */
    LOG,
    /** Whole numbers, all equally likely. */
    WHOLE
  }

  /** Checks the ends. */
  public Range {
    if (!name.matches("[\\w-]+")) {
      throw new IllegalArgumentException(
          "hyper-parameter '" + name + "': expected letters, digits, _ and -");
    }
    boolean whole = min == Math.rint(min) && max == Math.rint(max);
    if (!(min <= max && Double.isFinite(min) && Double.isFinite(max))
        || (scale == Scale.LOG && min <= 0)
        || (scale == Scale.WHOLE && !whole)) {
      throw new IllegalArgumentException(
          "hyper-parameter '"
              + name
              + "': found "
              + min
              + " to "
              + max
              + ", expected "
              + (scale == Scale.LOG ? "0 < " : "")
              + "smallest <= largest"
              + (scale == Scale.WHOLE ? ", whole" : ""));
    }
  }

  /** Values between two ends, all equally likely. */
  public static Range linear(String name, double min, double max) {
    return new Range(name, Scale.LINEAR, min, max);
  }

  /** Values between two positive ends, all magnitudes equally likely. */
  public static Range log(String name, double min, double max) {
    return new Range(name, Scale.LOG, min, max);
  }

  /** Whole numbers between two ends, both included. */
  public static Range whole(String name, long min, long max) {
    return new Range(name, Scale.WHOLE, min, max);
  }

  /** A value at a place from 0, the smallest, to 1, the largest. */
  double at(double place) {
    return switch (scale) {
      case LINEAR -> min + place * (max - min);
      case LOG ->
          StrictMath.exp(StrictMath.log(min) + place * (StrictMath.log(max) - StrictMath.log(min)));
      case WHOLE -> Math.rint(min + place * (max - min));
    };
  }

  /** A random value. */
  double draw(SplittableRandom random) {
    return scale == Scale.WHOLE
        ? random.nextLong((long) min, (long) max + 1)
        : at(random.nextDouble());
  }

  /** So many values from end to end, evenly on the scale; whole numbers not twice. */
  List<Double> grid(int points) {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < points; i++) {
      double value = at(points == 1 ? 0.5 : (double) i / (points - 1));
      if (!values.contains(value)) {
        values.add(value);
      }
    }
    return values;
  }
}
