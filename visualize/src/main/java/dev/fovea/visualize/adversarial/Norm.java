package dev.fovea.visualize.adversarial;

/** How the size of a perturbation is measured. */
public enum Norm {
  /** The largest change of an element. */
  L_INF {
    @Override
    double of(float[] values, int from, int to) {
      double max = 0;
      for (int i = from; i < to; i++) {
        max = Math.max(max, Math.abs(values[i]));
      }
      return max;
    }
  },
  /** The root of the sum of squares. */
  L2 {
    @Override
    double of(float[] values, int from, int to) {
      double sum = 0;
      for (int i = from; i < to; i++) {
        sum += (double) values[i] * values[i];
      }
      return Math.sqrt(sum);
    }
  };

  /** The norm of a part of an array. */
  abstract double of(float[] values, int from, int to);

  /** The norm of all values. */
  public double of(float[] values) {
    return of(values, 0, values.length);
  }
}
