package dev.fovea.detection.onestage;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.model.ModelCard;
import java.util.List;

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
    List<Value> outputs = graph.outputs();
    boolean fine = outputs.size() == 2 * shapes.length;
    for (int l = 0; fine && l < shapes.length; l++) {
      fine =
          isMap(outputs.get(2 * l), shapes[l] * numbers)
              && isMap(outputs.get(2 * l + 1), shapes[l] * classes);
    }
    if (!fine) {
      throw new IllegalArgumentException(
          "model '%s': found the outputs %s, expected %d pairs of maps for %d classes"
              .formatted(
                  card.name(),
                  outputs.stream().map(Graph::describe).toList(),
                  shapes.length,
                  classes));
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
