package dev.fovea.engine.bioimage;

import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The groups into which the elements of a sample fall when some axes are taken together: one for
 * each coordinate of the other axes.
 */
final class JointAxes {
  private final Sample sample;
  private final List<String> kept = new ArrayList<>();
  private final int[] groupOf;
  private final int count;

  /**
   * Groups a sample.
   *
   * @param joint axes that are taken together; null for all
   */
  JointAxes(Sample sample, Set<String> joint) {
    this.sample = sample;
    Shape shape = sample.tensor().shape();
    groupOf = new int[shape.size()];
    int stride = 1;
    int inner = 1;
    for (int d = shape.rank() - 1; d >= 0; d--) {
      int extent = shape.dim(d);
      String axis = sample.axes().get(d);
      if (joint != null && !joint.contains(axis) && extent > 1) {
        kept.add(0, axis + " of " + extent);
        for (int i = 0; i < groupOf.length; i++) {
          groupOf[i] += i / inner % extent * stride;
        }
        stride *= extent;
      }
      inner *= extent;
    }
    count = stride;
  }

  /** The axes that are not taken together, with extents above 1. */
  List<String> kept() {
    return kept;
  }

  int count() {
    return count;
  }

  /** The group of an element by its place in row-major order. */
  int groupOf(int element) {
    return groupOf[element];
  }

  /** Mean and population standard deviation of each group. */
  double[][] meanAndDeviation() {
    double[] mean = new double[count];
    double[] squares = new double[count];
    float[] values = sample.tensor().toArray();
    double size = (double) values.length / count;
    for (int i = 0; i < values.length; i++) {
      mean[groupOf[i]] += values[i] / size;
    }
    for (int i = 0; i < values.length; i++) {
      double d = values[i] - mean[groupOf[i]];
      squares[groupOf[i]] += d * d / size;
    }
    return new double[][] {mean, Arrays.stream(squares).map(Math::sqrt).toArray()};
  }

  /**
   * Percentiles of each group, by linear interpolation between order statistics.
   *
   * @param percents 0 to 100
   * @return for each percentile the values of all groups
   */
  double[][] percentiles(double... percents) {
    float[] values = sample.tensor().toArray();
    int size = values.length / count;
    float[][] groups = new float[count][size];
    int[] filled = new int[count];
    for (int i = 0; i < values.length; i++) {
      groups[groupOf[i]][filled[groupOf[i]]++] = values[i];
    }
    double[][] found = new double[percents.length][count];
    for (int g = 0; g < count; g++) {
      Arrays.sort(groups[g]);
      for (int p = 0; p < percents.length; p++) {
        double at = percents[p] / 100 * (size - 1);
        int below = (int) at;
        double low = groups[g][below];
        double high = groups[g][Math.min(below + 1, size - 1)];
        found[p][g] = low + (at - below) * (high - low);
      }
    }
    return found;
  }
}
