package dev.fovea.engine.bioimage;

import dev.fovea.engine.tensor.Tensor;
import java.util.Map;
import java.util.Set;

/** A step {@code x * gain + offset} whose numbers come from statistics over some axes. */
final class StatisticsProcessing extends Processing {

  /** Gain and offset for each group. */
  record Lines(double[] gain, double[] offset) {}

  /** Makes lines of statistics. */
  @FunctionalInterface
  interface Statistics {
    /**
     * Computes them.
     *
     * @param own the groups of the sample
     * @param reference those of the sample that the step refers to; else the same again
     */
    Lines of(JointAxes own, JointAxes reference);
  }

  private final Set<String> axes;
  private final String reference;
  private final Statistics statistics;

  /**
   * A step.
   *
   * @param axes that are taken together; null for all
   * @param reference name of an input that statistics are taken of, too; null for none
   */
  StatisticsProcessing(
      String name, String settings, Set<String> axes, String reference, Statistics statistics) {
    super(name, settings);
    this.axes = axes;
    this.reference = reference;
    this.statistics = statistics;
  }

  @Override
  Sample apply(Sample sample, Map<String, Sample> inputs) {
    JointAxes own = new JointAxes(sample, axes);
    JointAxes other = reference == null ? own : new JointAxes(referred(inputs), axes);
    if (other.count() != 1 && !other.kept().equals(own.kept())) {
      throw new IllegalArgumentException(
          this + ": found " + other.kept() + " in " + reference + ", expected " + own.kept());
    }
    Lines lines = statistics.of(own, other);
    float[] values = sample.tensor().toArray();
    for (int i = 0; i < values.length; i++) {
      int group = own.groupOf(i);
      values[i] = (float) (values[i] * lines.gain()[group] + lines.offset()[group]);
    }
    return sample.with(Tensor.of(sample.tensor().shape(), values));
  }

  private Sample referred(Map<String, Sample> inputs) {
    Sample found = inputs.get(reference);
    if (found == null) {
      throw new IllegalArgumentException(
          this + ": found no input '" + reference + "', expected one of " + inputs.keySet());
    }
    return found;
  }

  /** {@code (x - mean) / (deviation + eps)}. */
  static Statistics zeroMeanUnitVariance(double eps) {
    return (own, same) -> {
      double[][] found = own.meanAndDeviation();
      return lines(own.count(), g -> found[0][g], g -> found[1][g] + eps, g -> 0, g -> 1);
    };
  }

  /** {@code (x - low) / (high - low + eps)}, percentiles of the reference. */
  static Statistics scaleRange(double lowPercent, double highPercent, double eps) {
    return (own, reference) -> {
      double[][] found = reference.percentiles(lowPercent, highPercent);
      Group low = g -> found[0][g % reference.count()];
      Group high = g -> found[1][g % reference.count()];
      return lines(own.count(), low, g -> high.of(g) - low.of(g) + eps, g -> 0, g -> 1);
    };
  }

  /** Mean and deviation become those of the reference. */
  static Statistics scaleMeanVariance(double eps) {
    return (own, reference) -> {
      double[][] found = own.meanAndDeviation();
      double[][] wanted = reference.meanAndDeviation();
      int n = reference.count();
      return lines(
          own.count(),
          g -> found[0][g],
          g -> found[1][g] + eps,
          g -> wanted[0][g % n],
          g -> wanted[1][g % n] + eps);
    };
  }

  /** A number of a group. */
  private interface Group {
    double of(int group);
  }

  /** {@code (x - from) / by * times + to}. */
  private static Lines lines(int count, Group from, Group by, Group to, Group times) {
    Lines lines = new Lines(new double[count], new double[count]);
    for (int g = 0; g < count; g++) {
      lines.gain()[g] = times.of(g) / by.of(g);
      lines.offset()[g] = to.of(g) - from.of(g) * lines.gain()[g];
    }
    return lines;
  }
}
