package dev.fovea.engine.monitor;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Dropout;
import dev.fovea.engine.op.Softmax;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The layers of a graph: its nodes with weights, each with what follows it element by element. */
final class NetworkLayers {

  /**
   * A layer.
   *
   * @param name of the node with the weights
   * @param weights the learnt tensor
   * @param output its last value before the next layer, pooling, branch or random mask
   */
  record Layer(String name, Value weights, Value output) {}

  private NetworkLayers() {}

  /**
   * The layers in order of execution; of more than {@code most}, evenly chosen ones, first and last
   * among them.
   */
  static List<Layer> of(Graph graph, int most) {
    List<Layer> all = new ArrayList<>();
    for (Node n : graph.nodes()) {
      weights(n).ifPresent(w -> all.add(new Layer(n.name(), w, last(graph, n.outputs().get(0)))));
    }
    if (all.size() <= most) {
      return all;
    }
    List<Layer> some = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      some.add(all.get((int) Math.round(i * (all.size() - 1.0) / (most - 1))));
    }
    return some;
  }

  /** Biases and scales have rank 1. */
  private static Optional<Value> weights(Node n) {
    return n.inputs().stream()
        .filter(v -> v.kind() == Value.Kind.PARAMETER && v.shape().rank() > 1)
        .findFirst();
  }

  private static Value last(Graph graph, Value output) {
    Value at = output;
    for (Optional<Node> next = follower(graph, at); next.isPresent(); ) {
      at = next.get().outputs().get(0);
      next = follower(graph, at);
    }
    return at;
  }

  /** The only reader of a value, if it works element by element. */
  private static Optional<Node> follower(Graph graph, Value v) {
    List<Node> readers = graph.nodes().stream().filter(n -> n.inputs().contains(v)).toList();
    if (readers.size() != 1) {
      return Optional.empty();
    }
    Node n = readers.get(0);
    boolean goesOn =
        n.outputs().size() == 1
            && n.outputs().get(0).shape().equals(v.shape())
            && weights(n).isEmpty()
            && !(n.op() instanceof Dropout)
            && !(n.op() instanceof Softmax);
    return goesOn ? Optional.of(n) : Optional.empty();
  }
}
