package dev.fovea.engine.bioimage;

import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * A tensor whose axes have names.
 *
 * @param axes ids, outermost first
 * @param tensor of that rank
 */
record Sample(List<String> axes, Tensor tensor) {

  /**
   * Checks that there is a name for each dimension.
   *
   * @throws IllegalArgumentException if there is not
   */
  Sample {
    if (axes.size() != tensor.shape().rank()) {
      throw new IllegalArgumentException(
          "tensor of shape "
              + tensor.shape()
              + ": expected "
              + axes.size()
              + " dimensions, "
              + String.join(" ", axes));
    }
  }

  Sample with(Tensor other) {
    return new Sample(axes, other);
  }
}
