package dev.fovea.detection.onestage;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.model.ModelCard;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What heads have in common. */
final class Heads {
  private Heads() {}

  /**
   * Checks that a graph gives maps of boxes and of classes in turns.
   *
   * @param shapes boxes of each cell, for each level
   * @throws IllegalArgumentException if it does not
   */
  static void requireMaps(Graph graph, ModelCard card, int[] shapes, int numbers, int classes) {
    requireMaps(
        graph,
        card,
        Arrays.stream(shapes).flatMap(s -> IntStream.of(s * numbers, s * classes)).toArray());
  }

  /**
   * Checks that a graph gives maps.
   *
   * @param channels of each of them
   * @throws IllegalArgumentException if it does not
   */
  static void requireMaps(Graph graph, ModelCard card, int... channels) {
    List<Value> outputs = graph.outputs();
    boolean fine = outputs.size() == channels.length;
    for (int m = 0; fine && m < channels.length; m++) {
      fine = isMap(outputs.get(m), channels[m]);
    }
    if (!fine) {
      throw new IllegalArgumentException(
          "model '%s': found the outputs %s, expected maps of %s channels for %d classes"
              .formatted(
                  card.name(),
                  outputs.stream().map(Graph::describe).toList(),
                  Arrays.toString(channels),
                  card.classes().size()));
    }
  }

  private static boolean isMap(Value output, int channels) {
    return output.shape().rank() == 4 && output.shape().dim(1) == channels;
  }

  /** {@code 1 / (1 + exp(-x))}. */
  static double sigmoid(double x) {
    double e = Math.exp(-Math.abs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
  }

  /** Binary cross-entropy of a logit: {@code max(x, 0) - x t + log(1 + exp(-|x|))}. */
  static double crossEntropy(double x, double t) {
    return Math.max(x, 0) - x * t + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
