package dev.fovea.detection.twostage;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.zoo.surgery.GraphCopy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The part of a detector that turns a picture into maps of features. Immutable and thread-safe. */
@FunctionalInterface
public interface Backbone {

  /**
   * Adds the layers.
   *
   * @param image {@code [N, C, H, W]}
   * @return maps with rising strides, each twice the one before, the finest first
   */
  List<Value> add(Layers layers, Value image);

  /**
   * A small residual network to be trained from nothing (after He et al., "Deep residual learning",
   * 2016): a stem, and stages that each halve the map.
   *
   * @param width channels of the stem; each stage has twice those of the one before, up to eight
   *     times the width
   * @param finest stride of the first map that is given, 4 or 8; there are three
   */
  static Backbone residual(int width, int finest) {
    if (width < 1 || (finest != 4 && finest != 8)) {
      throw new IllegalArgumentException(
          "backbone: found width " + width + ", finest stride " + finest + ", expected 4 or 8");
    }
    return (layers, image) -> {
      List<Value> maps = new ArrayList<>();
      Value x = convNormRelu(layers, "stem", image, width, 2);
      for (int stride = 4; stride <= 4 * finest; stride *= 2) {
        String stage = "stage" + stride;
        int channels = Math.min(stride / 2, 8) * width;
        x = convNormRelu(layers, stage + ".down", x, channels, 2);
        if (stride > 4) {
          Value inner = convNormRelu(layers, stage + ".a", x, channels / 2, 1);
          Value branch = convNormRelu(layers, stage + ".b", inner, channels, 1);
          x = layers.graph().node(stage, new Add(), x, branch);
        }
        if (stride >= finest) {
          maps.add(x);
        }
      }
      return maps;
    };
  }

  private static Value convNormRelu(Layers layers, String name, Value x, int channels, int stride) {
    // Batches are small: running statistics over some thirty of them.
    Value conv = layers.conv(name + ".conv", x, channels, 3, stride, 1, false);
    Value norm = layers.batchNorm(name + ".norm", conv, 0.97f);
    return layers.graph().node(name + ".relu", new Relu(), norm);
  }

  /**
   * The convolutional part of a classifier, of the zoo or from a file, with its weights, which are
   * shared, not copied.
   *
   * @param classifier one input {@code [N, C, H, W]}
   * @param strides for each of them, the last map that is so many times smaller than the input
   * @throws GraphException if there is no such map; names the stride
   */
  static Backbone of(Graph classifier, int... strides) {
    Value image = classifier.inputs().get(0);
    String[] names =
        Arrays.stream(strides)
            .mapToObj(s -> lastOfStride(classifier, image, s))
            .toArray(String[]::new);
    Graph trunk = classifier.withOutputs(names);
    return (layers, x) -> {
      GraphCopy copy = new GraphCopy(layers.graph());
      copy.put(image, x);
      trunk.nodes().forEach(copy::node);
      return trunk.outputs().stream().map(copy::of).toList();
    };
  }

  private static String lastOfStride(Graph classifier, Value image, int stride) {
    return classifier.nodes().stream()
        .flatMap(n -> n.outputs().stream())
        .filter(v -> v.shape().rank() == 4)
        .filter(
            v ->
                IntStream.of(2, 3)
                    .allMatch(
                        d -> (image.shape().dim(d) + stride - 1) / stride == v.shape().dim(d)))
        .reduce((a, b) -> b)
        .orElseThrow(
            () ->
                new GraphException(
                    "graph '"
                        + classifier.name()
                        + "': found no map with a stride of "
                        + stride
                        + " of the input "
                        + image.shape()))
        .name();
  }
}
