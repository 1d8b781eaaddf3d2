package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Block;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.AveragePool;
import dev.fovea.engine.op.Concat;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.train.Loss;

/**
 * GoogLeNet: nine inception modules; two auxiliary heads help the gradient in training and are left
 * out afterwards. Szegedy et al., "Going deeper with convolutions", CVPR 2015, table 1.
 */
final class GoogLeNet implements Architecture {

  /** The logits of the three heads side by side, {@code [N, 3 * classes]}: the main one first. */
  private static final String HEADS = "heads";

  @Override
  public String name() {
    return "googlenet";
  }

  @Override
  public int inputSize() {
    return 224;
  }

  @Override
  public Block network(int classes) {
    return Chain.of("", toFirstHead()).then("", toSecondHead()).then("", toLogits(classes));
  }

  private static Chain toFirstHead() {
    return Chain.of("conv1", Blocks.convRelu(64, 7, 2, 3))
        .then("pool1", Blocks.ceilPool(3, 2))
        .then("norm1", AlexNet.responseNorm())
        .then("conv2.reduce", Blocks.convRelu(64, 1, 1, 0))
        .then("conv2", Blocks.convRelu(192, 3, 1, 1))
        .then("norm2", AlexNet.responseNorm())
        .then("pool2", Blocks.ceilPool(3, 2))
        .then("3a", new Inception(64, 96, 128, 16, 32, 32))
        .then("3b", new Inception(128, 128, 192, 32, 96, 64))
        .then("pool3", Blocks.ceilPool(3, 2))
        .then("4a", new Inception(192, 96, 208, 16, 48, 64));
  }

  private static Chain toSecondHead() {
    return Chain.of("4b", new Inception(160, 112, 224, 24, 64, 64))
        .then("4c", new Inception(128, 128, 256, 24, 64, 64))
        .then("4d", new Inception(112, 144, 288, 32, 64, 64));
  }

  private static Chain toLogits(int classes) {
    return Chain.of("4e", new Inception(256, 160, 320, 32, 128, 128))
        .then("pool4", Blocks.ceilPool(3, 2))
        .then("5a", new Inception(256, 160, 320, 32, 128, 128))
        .then("5b", new Inception(384, 192, 384, 48, 128, 128))
        .then("global", Blocks.globalAverage())
        .then("dropout", Blocks.dropout(0.4))
        .then(LOGITS, Blocks.classifier(classes));
  }

  /** Mean pooling 5x5 with stride 3 (all of a smaller map), 128 channels, 1,024 units. */
  private static Block auxiliaryHead(int classes) {
    return (layers, name, x) -> {
      int window = Math.min(5, Math.min(x.shape().dim(2), x.shape().dim(3)));
      return Chain.of("pool", AveragePool.square(window, 3, 0))
          .then("conv", Blocks.convRelu(128, 1, 1, 0))
          .then("flatten", Blocks.flatten())
          .then("fc1", Blocks.denseRelu(1024))
          .then("dropout", Blocks.dropout(0.7))
          .then("fc2", Blocks.classifier(classes))
          .add(layers, name, x);
    };
  }

  @Override
  public Graph buildForTraining(int channels, int height, int width, int classes, long seed) {
    Graph.Builder g = new Graph.Builder(name());
    return withHeads(new Layers(g, seed), Shape.of(1, channels, height, width), classes);
  }

  /** The network with its three heads. */
  static Graph withHeads(Layers layers, Shape image, int classes) {
    Graph.Builder g = layers.graph();
    Value x = g.input(INPUT, image, "batch", "", "", "");
    Value first = toFirstHead().add(layers, "", x);
    Value second = toSecondHead().add(layers, "", first);
    Value logits = toLogits(classes).add(layers, "", second);
    Value probabilities = g.node(PROBABILITIES, new Softmax(1), logits);
    Value aux1 = auxiliaryHead(classes).add(layers, "aux1", first);
    Value aux2 = auxiliaryHead(classes).add(layers, "aux2", second);
    return g.build(probabilities, g.node(HEADS, new Concat(1), logits, aux1, aux2));
  }

  @Override
  public String trainingOutput() {
    return HEADS;
  }

  @Override
  public Loss loss(Loss scores) {
    return new HeadsLoss(scores, 1, 0.3, 0.3);
  }
}
