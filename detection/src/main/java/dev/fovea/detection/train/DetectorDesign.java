package dev.fovea.detection.train;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.train.Learner;
import java.util.List;

/**
 * An architecture as it is trained: makes the network, says what it is, and brings its losses to
 * the trainer. How a trained network is run is the business of the {@link
 * dev.fovea.detection.DetectorFormat} that the card names. Immutable and thread-safe.
 */
public interface DetectorDesign {

  /**
   * A new network.
   *
   * @param classes number of classes, at least 1
   * @param seed decides the first weights
   * @return a graph whose first input is {@code [N, C, H, W]}
   */
  Graph build(int classes, long seed);

  /**
   * The card of such a network: task, format, preprocessing to an input of one size; without
   * provenance.
   */
  ModelCard card(String name, List<String> classes);

  /**
   * The losses. Their target is that of {@link ObjectRows}.
   *
   * @param classes number of classes
   */
  Learner.Opening learner(int classes);
}
