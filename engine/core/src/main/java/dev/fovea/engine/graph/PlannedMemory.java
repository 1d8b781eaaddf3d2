package dev.fovea.engine.graph;

import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.Map;

/**
 * The memory that a session takes, see {@link Session#planned}.
 *
 * @param modelBytes tensors of the graph: weights, and what they were packed into
 * @param gradientBytes gradients of tensors of the graph
 * @param activationBytes everything else, with values that take turns in the same memory
 * @param unsharedBytes what that would be if none did
 * @param slots for each input and computed value which piece of memory holds it: values with the
 *     same number take turns. The pieces are numbered in the order of the nodes; -1 for what shows
 *     a tensor of the model
 */
public record PlannedMemory(
    long modelBytes,
    long gradientBytes,
    long activationBytes,
    long unsharedBytes,
    Map<String, Integer> slots) {

  /** All of it. */
  public long bytes() {
    return modelBytes + gradientBytes + activationBytes;
  }

  /**
   * Says that this is too much for the heap, and what would not be.
   *
   * @param inputs shapes of the graph's inputs
   */
  String tooLarge(Graph graph, List<Shape> inputs) {
    long heap = Runtime.getRuntime().maxMemory();
    String advice = "smaller images or tiles";
    int batch = batch(graph, inputs);
    // What is there besides takes its part, too: half of the heap is a guess on the safe side.
    long fits = batch * (heap / 2) / Math.max(1, activationBytes);
    if (batch > 1 && fits >= 1) {
      advice = "a batch of at most " + Math.min(fits, batch - 1);
    }
    return "inputs "
        + inputs
        + " need "
        + (bytes() >> 20)
        + " MiB, found a heap of at most "
        + (heap >> 20)
        + " MiB; expected "
        + advice
        + ", or more heap (-Xmx)";
  }

  /** How many samples run at a time; 1 if that cannot be chosen. */
  private static int batch(Graph graph, List<Shape> inputs) {
    if (inputs.isEmpty() || inputs.get(0).rank() < 2) {
      return 1;
    }
    List<String> free = graph.inputs().get(0).freeDims();
    return free.isEmpty() || free.get(0).isEmpty() ? 1 : inputs.get(0).dim(0);
  }
}
