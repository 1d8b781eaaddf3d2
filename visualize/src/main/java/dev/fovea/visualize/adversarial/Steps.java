package dev.fovea.visualize.adversarial;

import dev.fovea.engine.tensor.Tensor;

/** Steps along gradients, of a length that does not depend on the size of these. */
final class Steps {
  private Steps() {}

  /**
   * Adds the step of steepest ascent of a length: {@code length sign(g)} or {@code length g / |g|}.
   * A sample without any gradient stays.
   */
  static void ascend(Tensor x, Tensor gradient, Norm norm, double length) {
    int samples = x.shape().dim(0);
    int size = x.size() / samples;
    float[] g = gradient.array();
    float[] a = x.array();
    for (int n = 0; n < samples; n++) {
      int at = x.offset() + n * size;
      int from = gradient.offset() + n * size;
      double size2 = norm == Norm.L2 ? Norm.L2.of(g, from, from + size) : 1;
      double factor = size2 == 0 ? 0 : length / size2;
      for (int i = 0; i < size; i++) {
        double direction = norm == Norm.L2 ? g[from + i] : Math.signum(g[from + i]);
        a[at + i] += (float) (factor * direction);
      }
    }
  }
}
