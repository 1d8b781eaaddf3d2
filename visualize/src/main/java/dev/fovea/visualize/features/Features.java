package dev.fovea.visualize.features;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.Elementwise;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.surgery.GraphCopy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The features of a network: its layers by name, for pictures of any size where it can. */
public final class Features {
  private Features() {}

  /**
   * The part of a graph that computes some layers, with free height and width: networks that end in
   * layers for one size alone are mostly convolutional before.
   *
   * @param graph with one input {@code [N, C, H, W]}
   * @param layers names of values
   * @return a graph with the same names and tensors; its outputs are the layers
   * @throws dev.fovea.engine.graph.GraphException if a layer is unknown
   * @throws IllegalArgumentException if the input has another rank, or there are more inputs
   */
  public static Graph ofAnySize(Graph graph, List<String> layers) {
    Value input = graph.inputs().get(0);
    if (graph.inputs().size() != 1 || input.shape().rank() != 4) {
      throw new IllegalArgumentException(
          "graph '"
              + graph.name()
              + "': found inputs "
              + graph.inputs()
              + ", expected one of [N, C, H, W]");
    }
    Graph part = graph.withOutputs(layers.toArray(String[]::new));
    Graph.Builder builder = new Graph.Builder(graph.name());
    GraphCopy copy = new GraphCopy(builder);
    List<String> free = new ArrayList<>(input.freeDims());
    for (int d = 2; d < 4; d++) {
      if (free.get(d).isEmpty()) {
        free.set(d, d == 2 ? "height" : "width");
      }
    }
    copy.put(
        input,
        builder.input(input.name(), input.type(), input.shape(), free.toArray(String[]::new)));
    part.nodes().forEach(copy::node);
    return copy.build(part.outputs());
  }

  /**
   * The layers of a picture.
   *
   * @param picture for the only input
   * @return a new host tensor for each name
   */
  public static Map<String, Tensor> of(
      Graph graph, List<String> layers, Tensor picture, SessionOptions options) {
    String[] names = layers.toArray(String[]::new);
    Map<String, Tensor> result = new HashMap<>();
    try (Inference network = Passes.open(graph.withOutputs(names), options.withOutputs(names))) {
      List<Tensor> values = network.forward(picture);
      for (int i = 0; i < names.length; i++) {
        result.put(names[i], values.get(i));
      }
    }
    return result;
  }

  /**
   * The values of {@code [N, C, H, W]} that follow a convolution and what belongs to it
   * (normalisation, activation): what people mean by the convolutional layers, in order.
   */
  public static List<String> convolutional(Graph graph) {
    Map<Value, List<Node>> readers = new HashMap<>();
    graph
        .nodes()
        .forEach(
            n ->
                n.inputs().forEach(v -> readers.computeIfAbsent(v, k -> new ArrayList<>()).add(n)));
    List<String> names = new ArrayList<>();
    for (Node n : graph.nodes()) {
      if (n.op() instanceof Conv && n.outputs().get(0).shape().rank() == 4) {
        names.add(finished(n.outputs().get(0), readers).name());
      }
    }
    return names;
  }

  /** What comes out of the chain of elementwise operators and normalisations behind a value. */
  private static Value finished(Value value, Map<Value, List<Node>> readers) {
    List<Node> next = readers.getOrDefault(value, List.of());
    boolean goesOn =
        next.size() == 1
            && (next.get(0).op() instanceof Elementwise
                || next.get(0).op() instanceof BatchNormalization);
    return goesOn ? finished(next.get(0).outputs().get(0), readers) : value;
  }
}
