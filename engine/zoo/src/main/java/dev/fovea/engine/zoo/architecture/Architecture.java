package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Block;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.train.Loss;

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
   * All layers from the image to the logits {@code [N, classes]}; the last node is named {@link
   * #LOGITS}.
   *
   * @param classes number of classes, at least 2
   */
  Block network(int classes);

  /**
   * Builds the network.
   *
   * @param channels input channels
   * @param height input rows
   * @param width input columns
   * @param classes number of classes, at least 2
   * @param seed decides the first weights
   * @throws dev.fovea.engine.graph.GraphException if the image is too small for the network; names
   *     the node
   */
  default Graph build(int channels, int height, int width, int classes, long seed) {
    Graph.Builder g = new Graph.Builder(name());
    return complete(new Layers(g, seed), Shape.of(1, channels, height, width), classes);
  }

  /**
   * The network without memory for its weights: for counting parameters and inferring shapes.
   *
   * @see Layers#outline
   */
  default Graph outline(int channels, int height, int width, int classes) {
    Graph.Builder g = new Graph.Builder(name());
    return complete(Layers.outline(g), Shape.of(1, channels, height, width), classes);
  }

  private Graph complete(Layers layers, Shape image, int classes) {
    Graph.Builder g = layers.graph();
    Value x = g.input(INPUT, image, "batch", "", "", "");
    Value logits = network(classes).add(layers, "", x);
    return g.build(g.node(PROBABILITIES, new Softmax(1), logits));
  }

  /**
   * The network as it is trained: as from {@link #build}, with the same weights for the same seed,
   * and with what only training needs. {@code withOutputs(PROBABILITIES)} makes the network for use
   * of it.
   */
  default Graph buildForTraining(int channels, int height, int width, int classes, long seed) {
    return build(channels, height, width, classes, seed);
  }

  /** The value of the network as it is trained that its {@linkplain #loss loss} looks at. */
  default String trainingOutput() {
    return LOGITS;
  }

  /**
   * The loss by which the network is trained.
   *
   * @param scores the loss of class scores {@code [N, classes]}
   */
  default Loss loss(Loss scores) {
    return scores;
  }
}
