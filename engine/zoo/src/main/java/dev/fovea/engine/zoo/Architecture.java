package dev.fovea.engine.zoo;

import dev.fovea.engine.graph.Graph;

/**
 * A classifier network without weights of its own: builds a graph from {@link #INPUT} {@code [N, C,
 * H, W]} over {@link #LOGITS} to {@link #PROBABILITIES} {@code [N, classes]}, with a free batch
 * dimension. Stateless and thread-safe.
 */
public interface Architecture {

  /** Name of the input value. */
  String INPUT = "input";

  /** Name of the value before the softmax: what losses look at and explanations differentiate. */
  String LOGITS = "logits";

  /** Name of the output value. */
  String PROBABILITIES = "probabilities";

  /** Name as users type it. */
  String name();

  /** Input width and height the network was designed for, in pixels. */
  int inputSize();

  /**
   * Builds the network.
   *
   * @param channels input channels
   * @param height input rows
   * @param width input columns
   * @param classes number of classes, at least 2
   * @param seed decides the first weights
   */
  Graph build(int channels, int height, int width, int classes, long seed);
}
