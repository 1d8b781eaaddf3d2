package dev.fovea.engine.zoo.course;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.course.CourseEntry.Metric;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.ToDoubleBiFunction;

/**
 * Compares what was found for an entry with what it expects, each of its outputs once.
 *
 * <p>The tolerances of the entries are those of double precision. Numbers that come from single
 * precision may lie {@value #SINGLE} apart, relative and element by element. Already the rounding
 * of the inputs costs digits where terms cancel, and what is left has the digits of the terms, not
 * of the sum: elements smaller than {@value #SMALL} of the largest are taken as that large.
 */
final class Found {

  private static final double SINGLE = 1e-5;
  private static final double SMALL = 0.1;

  private final CourseEntry entry;
  private final Set<String> compared = new LinkedHashSet<>();

  Found(CourseEntry entry) {
    this.entry = entry;
  }

  /** A tensor, computed in single precision. */
  void single(String output, Tensor found) {
    double[] values = new double[found.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = found.get(i);
    }
    single(output, values);
  }

  /** Numbers that depend on others of single precision. */
  void single(String output, double... found) {
    Metric metric = entry.metric();
    if (metric == Metric.EXACT || (metric == Metric.ABS && entry.tolerance() >= 1e-6)) {
      precise(output, found);
      return;
    }
    double largest = Arrays.stream(expected(output)).map(Math::abs).max().orElseThrow();
    compare(output, SINGLE, found, (a, b) -> Metric.relative(a, b, SMALL * largest));
  }

  /** Numbers computed in double precision: the entry's own tolerance. */
  void precise(String output, double... found) {
    compare(output, entry.tolerance(), found, entry.metric()::distance);
  }

  private double[] expected(String output) {
    return entry.expected().get(output).values();
  }

  private void compare(
      String output, double tolerance, double[] found, ToDoubleBiFunction<double[], double[]> d) {
    assertTrue(compared.add(output), output + ": compared twice");
    assertEquals(expected(output).length, found.length, output + ": elements");
    double distance = d.applyAsDouble(found, expected(output));
    // Not the negation: a NaN must fail.
    assertTrue(distance <= tolerance, output + ": distance " + distance + " of " + tolerance);
  }

  /** Asserts that every output of the entry was compared. */
  void complete() {
    assertEquals(entry.expected().keySet(), compared, "outputs compared");
  }
}
