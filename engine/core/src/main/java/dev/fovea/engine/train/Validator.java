package dev.fovea.engine.train;

import dev.fovea.engine.graph.Graph;
import java.util.Map;

/** Measures a network on data that is not trained on. */
@FunctionalInterface
public interface Validator {

  /** Figures by name; must not change the graph. */
  Map<String, Double> validate(Graph graph);
}
