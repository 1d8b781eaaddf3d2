package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.nn.Block;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.Dropout;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.GlobalAveragePool;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.Relu;

/** The blocks that most architectures are made of. */
final class Blocks {

  private Blocks() {}

  /** The name of a part within a block; if one of the two is empty, the other. */
  static String join(String block, String part) {
    return block.isEmpty() || part.isEmpty() ? block + part : block + "." + part;
  }

  /** One node without parameters. */
  static Block op(Op op) {
    return (layers, name, x) -> layers.graph().node(name, op, x);
  }

  /** A square convolution without bias, as it stands before a batch normalisation. */
  static Block conv(int channels, int kernel, int stride, int pad) {
    return (layers, name, x) -> layers.conv(name, x, channels, kernel, stride, pad, false);
  }

  /** A square convolution with bias. */
  static Block convBias(int channels, int kernel, int stride, int pad) {
    return (layers, name, x) -> layers.conv(name, x, channels, kernel, stride, pad, true);
  }

  /** A square convolution in groups, without bias; as many groups as channels make it depthwise. */
  static Block groupedConv(int channels, int kernel, int stride, int pad, int groups) {
    Conv op = new Conv(Window.square(kernel, stride, pad), groups);
    return (layers, name, x) -> layers.conv(name, x, channels, op, false);
  }

  /** A square convolution in groups, with bias. */
  static Block groupedConvBias(int channels, int kernel, int pad, int groups) {
    Conv op = new Conv(Window.square(kernel, 1, pad), groups);
    return (layers, name, x) -> layers.conv(name, x, channels, op, true);
  }

  /** A convolution of each channel on its own, without bias, that keeps the size for stride 1. */
  static Block depthwiseConv(int kernel, int stride) {
    return (layers, name, x) -> {
      int c = x.shape().dim(1);
      return groupedConv(c, kernel, stride, kernel / 2, c).add(layers, name, x);
    };
  }

  /** Batch normalisation. */
  static Block norm() {
    return Layers::batchNorm;
  }

  /** Convolution with bias, then ReLU. */
  static Chain convRelu(int channels, int kernel, int stride, int pad) {
    return Chain.of("conv", convBias(channels, kernel, stride, pad)).then("relu", new Relu());
  }

  /** Convolution, then batch normalisation, then ReLU. */
  static Chain convNormRelu(int channels, int kernel, int stride, int pad) {
    return Chain.of("conv", conv(channels, kernel, stride, pad))
        .then("norm", norm())
        .then("relu", new Relu());
  }

  /** Batch normalisation, then ReLU, then convolution: the order of identity mappings. */
  static Chain normReluConv(int channels, int kernel, int stride, int pad) {
    return Chain.of("norm", norm())
        .then("relu", new Relu())
        .then("conv", conv(channels, kernel, stride, pad));
  }

  /** Fully connected, then ReLU. */
  static Chain denseRelu(int out) {
    Block dense = (layers, name, x) -> layers.dense(name, x, out, Initializer.he());
    return Chain.of("fc", dense).then("relu", new Relu());
  }

  /** The last, fully connected layer. */
  static Block classifier(int classes) {
    return (layers, name, x) -> layers.dense(name, x, classes, Initializer.xavier());
  }

  /** Dropout. */
  static Dropout dropout(double ratio) {
    return new Dropout((float) ratio);
  }

  /** Leaves out a way for whole images in training; nothing at all for a ratio of 0. */
  static Block dropPath(double ratio) {
    return ratio == 0 ? Chain.EMPTY : (l, name, x) -> l.dropPath(name, x, (float) ratio);
  }

  /** Images {@code [N, C, H, W]} to vectors {@code [N, C * H * W]}. */
  static Flatten flatten() {
    return new Flatten(1);
  }

  /** Max pooling without padding whose size is rounded up, as Caffe does it. */
  static MaxPool ceilPool(int kernel, int stride) {
    return new MaxPool(Window.square(kernel, stride, 0), true);
  }

  /** Mean of each channel, as a vector. */
  static Chain globalAverage() {
    return Chain.of("pool", new GlobalAveragePool()).then("flatten", flatten());
  }

  /**
   * The two fully connected layers with dropout and the classifier of AlexNet and its successors.
   */
  static Chain denseHead(int width, int classes) {
    return Chain.of("flatten", flatten())
        .then("fc6", denseRelu(width))
        .then("dropout6", dropout(0.5))
        .then("fc7", denseRelu(width))
        .then("dropout7", dropout(0.5))
        .then(Architecture.LOGITS, classifier(classes));
  }

  /** Adds two ways from the same input. */
  static Block sum(String firstName, Block first, String secondName, Block second) {
    return (layers, name, x) -> {
      Value a = first.add(layers, join(name, firstName), x);
      Value b = second.add(layers, join(name, secondName), x);
      return layers.graph().node(join(name, "sum"), new Add(), a, b);
    };
  }

  /**
   * A head without fully connected layers: a map for each class, then its mean.
   *
   * @param conv name of the convolution 1x1 that makes the maps
   */
  static Chain mapForEachClass(String conv, int classes) {
    return Chain.of(conv, convRelu(classes, 1, 1, 0))
        .then("pool", new GlobalAveragePool())
        .then(Architecture.LOGITS, flatten());
  }
}
