package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Block;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.AveragePool;
import dev.fovea.engine.op.Concat;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Relu;
import java.util.List;

/**
 * DenseNet: each layer sees all layers before it in its block. Huang et al., "Densely connected
 * convolutional networks", CVPR 2017.
 *
 * @param name as users type it
 * @param inputSize 224 for a stem 7x7 that divides the size by four, 32 for one that keeps it
 * @param layers dense layers in each block
 * @param growth channels that each layer adds
 * @param stem channels before the first block
 * @param bottleneck whether a convolution 1x1 to four times the growth comes before each 3x3 (B),
 *     and transitions halve the channels (C)
 */
record DenseNet(
    String name, int inputSize, List<Integer> layers, int growth, int stem, boolean bottleneck)
    implements Architecture {

  /** For large images: table 1 of the paper; 121, 169, 201 or 264 with growth 32. */
  static DenseNet ofLayers(int depth) {
    List<Integer> layers =
        switch (depth) {
          case 121 -> List.of(6, 12, 24, 16);
          case 169 -> List.of(6, 12, 32, 32);
          case 201 -> List.of(6, 12, 48, 32);
          case 264 -> List.of(6, 12, 64, 48);
          default ->
              throw new IllegalArgumentException(
                  "DenseNet: expected 121, 169, 201 or 264, found " + depth);
        };
    return new DenseNet("densenet" + depth, 224, layers, 32, 64, true);
  }

  /** For CIFAR: three blocks of equal length. */
  static DenseNet ofCifar(int depth, int growth, boolean bottleneck) {
    int each = (depth - 4) / (bottleneck ? 6 : 3);
    return new DenseNet(
        "densenet-" + (bottleneck ? "bc-" : "") + depth + "-" + growth,
        32,
        List.of(each, each, each),
        growth,
        bottleneck ? 2 * growth : 16,
        bottleneck);
  }

  @Override
  public Block network(int classes) {
    Chain net =
        inputSize == 224
            ? Chain.of("stem", Blocks.convNormRelu(stem, 7, 2, 3))
                .then("pool", MaxPool.square(3, 2, 1))
            : Chain.of("stem", Blocks.conv(stem, 3, 1, 1));
    for (int block = 0; block < layers.size(); block++) {
      if (block > 0) {
        net = net.then("transition" + block, this::transition);
      }
      for (int i = 1; i <= layers.get(block); i++) {
        net = net.then("block" + (block + 1) + ".layer" + i, this::denseLayer);
      }
    }
    return net.then("norm", Blocks.norm())
        .then("relu", new Relu())
        .then("global", Blocks.globalAverage())
        .then(LOGITS, Blocks.classifier(classes));
  }

  private Value denseLayer(Layers l, String name, Value x) {
    Chain grow =
        bottleneck
            ? Chain.of("1", Blocks.normReluConv(4 * growth, 1, 1, 0))
                .then("2", Blocks.normReluConv(growth, 3, 1, 1))
            : Chain.of("1", Blocks.normReluConv(growth, 3, 1, 1));
    return l.graph().node(name + ".join", new Concat(1), x, grow.add(l, name, x));
  }

  private Value transition(Layers l, String name, Value x) {
    int c = x.shape().dim(1);
    return Chain.of("1", Blocks.normReluConv(bottleneck ? c / 2 : c, 1, 1, 0))
        .then("pool", AveragePool.square(2, 2, 0))
        .add(l, name, x);
  }
}
