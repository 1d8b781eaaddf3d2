package dev.fovea.visualize.attribution;

import dev.fovea.engine.tensor.Tensor;

/** Pictures of which parts are hidden. */
final class Masks {
  private Masks() {}

  /** {@code x_c m} for each channel: 0 hides, 1 shows. */
  static Tensor product(Tensor input, float[] mask) {
    Tensor result = Tensor.zeros(input.shape());
    for (int i = 0; i < input.size(); i++) {
      result.array()[i] = input.get(i) * mask[i % mask.length];
    }
    return result;
  }
}
