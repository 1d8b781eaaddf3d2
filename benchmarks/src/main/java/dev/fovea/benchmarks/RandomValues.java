package dev.fovea.benchmarks;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Random;

/** Values to compute with, always the same ones. */
final class RandomValues {

  private static final long SEED = 3;

  private RandomValues() {}

  /** Of standard normal distribution, times a factor. */
  static float[] normal(int n, double scale) {
    Random random = new Random(SEED);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return values;
  }

  /** As {@link #normal(int, double)}. */
  static Tensor normal(Shape shape, double scale) {
    return Tensor.of(shape, normal(shape.size(), scale));
  }
}
