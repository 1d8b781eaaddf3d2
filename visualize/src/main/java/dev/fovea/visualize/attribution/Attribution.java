package dev.fovea.visualize.attribution;

import dev.fovea.engine.tensor.Tensor;

/** A method that says which parts of an input speak for a target. Immutable and thread-safe. */
public interface Attribution {

  /**
   * Explains.
   *
   * @param input {@code [1, C, H, W]}; not modified
   * @param progress told after each run of the network, by methods that need many
   * @return a new tensor: {@code [1, C, H, W]} for each element of the input, {@code [1, 1, H, W]}
   *     for each of its pixels, or {@code [1, 1, h, w]} for each place of a layer
   * @throws IllegalArgumentException if the target, or the layer, is not in the network
   */
  Tensor attribute(ExplainedNetwork network, Tensor input, Target target, Progress progress);

  /** Explains without telling how far it is. */
  default Tensor attribute(ExplainedNetwork network, Tensor input, Target target) {
    return attribute(network, input, target, Progress.NONE);
  }

  /** How the attribution is best shown as one picture. */
  default HeatMap.Summary summary() {
    return HeatMap.Summary.POSITIVE;
  }
}
