package dev.fovea.visualize.features;

import dev.fovea.engine.tensor.Tensor;

/** A number made of the features of one layer, to be made small. Immutable and thread-safe. */
@FunctionalInterface
public interface FeatureLoss {

  /**
   * Evaluates.
   *
   * @param features what the layer computed, such as {@code [1, C, H, W]}; a host tensor, not
   *     modified
   * @param gradient of the same shape; overwritten by the derivative by each feature
   * @return the value
   * @throws IllegalArgumentException if the features do not have the shape that the loss is for
   */
  double evaluate(Tensor features, Tensor gradient);
}
