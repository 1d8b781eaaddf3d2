package dev.fovea.visualize.style;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.model.Preprocessing.Channels;
import dev.fovea.engine.model.Preprocessing.Normalisation;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.Concat;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.Elementwise;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.surgery.GraphCopy;
import dev.fovea.visualize.features.Features;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The layers of a network by which pictures are compared: those that say what is on a picture, and
 * those whose Gram matrices say how it is painted. It takes pictures {@code [N, 3, H, W]} of red,
 * green, blue from 0 to 1 and of any size; whatever the network itself wants is done inside.
 * Immutable and thread-safe.
 *
 * @param graph with the layers as outputs
 * @param content names of the layers of the content
 * @param style names of the layers of the style
 */
public record PerceptualNetwork(Graph graph, List<String> content, List<String> style) {
  private static final String INPUT = "picture";
  private static final int COLOURS = 3;
  private static final float MAXIMUM = 255;

  /** Layers where the picture is this many times smaller say what is on it. */
  private static final int CONTENT_STRIDE = 8;

  private static final int MOST_STYLE_STRIDE = 8;

  /** Copies the lists. */
  public PerceptualNetwork {
    content = List.copyOf(content);
    style = List.copyOf(style);
  }

  /**
   * A network by its layers.
   *
   * @param network with one input of colour pictures; its weights are shared
   * @param preprocessing what values and which order of colours it takes; sizes do not count
   * @param content names of layers; empty for {@link #stages} of stride 4
   * @param style names of layers; empty for all {@link #stages} up to stride 8
   * @throws IllegalArgumentException if it takes no colours, or pictures stretched one by one, or
   *     there is no layer to choose
   * @throws dev.fovea.engine.graph.GraphException if there is no layer of a name
   */
  public static PerceptualNetwork of(
      Graph network, Preprocessing preprocessing, List<String> content, List<String> style) {
    Map<Integer, String> stages = content.isEmpty() || style.isEmpty() ? stages(network) : Map.of();
    List<String> contents = content.isEmpty() ? defaultContent(network, stages) : content;
    List<String> styles =
        style.isEmpty()
            ? stages.entrySet().stream()
                .filter(e -> e.getKey() <= MOST_STYLE_STRIDE)
                .map(Map.Entry::getValue)
                .toList()
            : style;
    Set<String> all = new LinkedHashSet<>(contents);
    all.addAll(styles);
    Graph layers = Features.ofAnySize(network, List.copyOf(all));
    return new PerceptualNetwork(onPixels(layers, preprocessing), contents, styles);
  }

  private static List<String> defaultContent(Graph network, Map<Integer, String> stages) {
    String chosen = stages.get(CONTENT_STRIDE);
    if (chosen == null) {
      throw new IllegalArgumentException(
          "network '"
              + network.name()
              + "': found no layer that makes pictures "
              + CONTENT_STRIDE
              + " times smaller, expected layers to be named");
    }
    return List.of(chosen);
  }

  /**
   * The beginnings of the stages of a network: for each factor by which pictures have become
   * smaller, a power of two, the first layer {@code [N, C, H, W]} of such a size; where blocks end
   * in sums or concatenations the end of the first block, else the first activation. Of VGG up to
   * stride 8 these are the layers of Gatys's paper, relu1_1 to relu4_1.
   */
  public static Map<Integer, String> stages(Graph network) {
    Map<Integer, String> activations = new TreeMap<>();
    Map<Integer, String> blocks = new TreeMap<>();
    Value input = network.inputs().get(0);
    int side = input.shape().rank() == 4 ? input.shape().dim(3) : 0;
    for (Node n : network.nodes()) {
      Value out = n.outputs().get(0);
      if (out.shape().rank() == 4 && out.shape().dim(3) > 1) {
        // Borders without padding make layers a little smaller than the stride does.
        double exponent = Math.log((double) side / out.shape().dim(3)) / Math.log(2);
        int stride = 1 << (int) Math.max(0, Math.floor(exponent + 0.2));
        if (n.op() instanceof Add || n.op() instanceof Concat) {
          blocks.putIfAbsent(stride, out.name());
        } else if (n.op() instanceof Elementwise) {
          activations.putIfAbsent(stride, out.name());
        }
      }
    }
    activations.putAll(blocks);
    return activations;
  }

  /** The network behind a convolution 1 x 1 that makes its input of pixels. */
  private static Graph onPixels(Graph network, Preprocessing preprocessing) {
    Value input = network.inputs().get(0);
    if (input.shape().dim(1) != COLOURS || preprocessing.channels() == Channels.GREY) {
      throw new IllegalArgumentException(
          "network '"
              + network.name()
              + "': found an input "
              + input.shape()
              + " of "
              + preprocessing.channels()
              + ", expected colours");
    }
    Graph.Builder g = new Graph.Builder(network.name());
    Value pixels =
        g.input(
            INPUT,
            Shape.of(1, COLOURS, input.shape().dim(2), input.shape().dim(3)),
            "batch",
            "",
            "height",
            "width");
    Tensor weights = Tensor.zeros(COLOURS, COLOURS, 1, 1);
    Tensor bias = Tensor.zeros(COLOURS);
    for (int c = 0; c < COLOURS; c++) {
      int colour = preprocessing.channels() == Channels.BGR ? COLOURS - 1 - c : c;
      weights.array()[c * COLOURS + colour] = scale(preprocessing, c);
      bias.array()[c] = offset(preprocessing, c);
    }
    GraphCopy copy = new GraphCopy(g);
    copy.put(
        input,
        g.node(
            "pixels",
            Conv.square(1, 1, 0),
            pixels,
            g.buffer("pixels.scale", weights),
            g.buffer("pixels.offset", bias)));
    network.nodes().forEach(copy::node);
    return copy.build(network.outputs());
  }

  private static float scale(Preprocessing p, int c) {
    return switch (p.normalisation()) {
      case UNIT -> 1;
      case MEAN_STD -> MAXIMUM / p.std()[c];
      default ->
          throw new IllegalArgumentException(
              "style: found a network for pictures that are stretched one by one, expected fixed"
                  + " units");
    };
  }

  private static float offset(Preprocessing p, int c) {
    return p.normalisation() == Normalisation.MEAN_STD ? -p.mean()[c] / p.std()[c] : 0;
  }

  /** The layers of a picture {@code [1, 3, H, W]} by name, in new host tensors. */
  Map<String, Tensor> features(List<String> layers, Tensor picture, SessionOptions options) {
    return Features.of(graph, new ArrayList<>(new LinkedHashSet<>(layers)), picture, options);
  }
}
