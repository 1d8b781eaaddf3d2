package dev.fovea.visualize.adversarial;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * A picture with what an attack is to achieve on it.
 *
 * @param x {@code [1, C, H, W]}
 * @param goal of that picture
 */
public record Sample(Tensor x, Goal goal) {

  /** The shape of all samples, which must be one. */
  static Shape shape(List<Sample> samples) {
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("attack: found no pictures, expected some");
    }
    Shape shape = samples.get(0).x().shape();
    for (Sample s : samples) {
      if (!s.x().shape().equals(shape)) {
        throw new IllegalArgumentException(
            "attack: found pictures "
                + shape
                + " and "
                + s.x().shape()
                + ", expected one size for all of them");
      }
    }
    return shape;
  }
}
