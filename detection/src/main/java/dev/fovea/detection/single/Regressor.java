package dev.fovea.detection.single;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.zoo.surgery.GraphCopy;
import dev.fovea.engine.zoo.surgery.TransferLearning;
import java.util.ArrayList;
import java.util.List;

/** Puts heads on the features of a classifier, whose weights are shared, not copied. */
final class Regressor {
  private final Layers layers;
  private final Value features;
  private final List<Value> outputs = new ArrayList<>();

  /**
   * A network in the making.
   *
   * @param classifier any that {@link TransferLearning#features} understands
   * @param seed of the heads
   */
  Regressor(Graph classifier, String name, long seed) {
    Graph trunk = TransferLearning.features(classifier);
    Graph.Builder graph = new Graph.Builder(name);
    GraphCopy copy = new GraphCopy(graph);
    trunk.inputs().forEach(copy::of);
    trunk.nodes().forEach(copy::node);
    this.features = copy.of(trunk.outputs().get(0));
    this.layers = new Layers(graph, seed);
  }

  /** Adds a fully connected layer of the features. */
  Regressor head(String name, int numbers) {
    outputs.add(layers.dense(name, features, numbers, Initializer.xavier()));
    return this;
  }

  /** The network. */
  Graph build() {
    return layers.graph().build(outputs.toArray(Value[]::new));
  }
}
