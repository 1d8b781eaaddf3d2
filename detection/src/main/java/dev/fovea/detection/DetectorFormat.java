package dev.fovea.detection;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.runtime.Inference;
import java.util.Optional;
import java.util.function.Function;

/**
 * A kind of detector: what its inputs and outputs mean. {@link Detector} finds all kinds with
 * {@link java.util.ServiceLoader}, so further ones can be added from outside. Stateless and
 * thread-safe.
 */
public interface DetectorFormat {

  /** Name as it stands in model cards under {@link Detector#FORMAT}, and as users type it. */
  String name();

  /**
   * Says what a model is that does not say it itself.
   *
   * @param graph with shapes and names of inputs and outputs
   * @param card what the file says, or null
   * @return a card with what is missing, {@link Detector#FORMAT} included; empty if the model is of
   *     another kind, or cannot be told from one
   */
  default Optional<ModelCard> recognize(Graph graph, ModelCard card) {
    return Optional.empty();
  }

  /**
   * Opens a model of this kind.
   *
   * @param card with classes and preprocessing
   * @param runtime opens a graph, or a part of it, to run
   * @throws IllegalArgumentException if the graph does not fit the card
   */
  DetectionNetwork open(Graph graph, ModelCard card, Function<Graph, Inference> runtime);
}
