package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.nn.Block;
import dev.fovea.engine.op.LRN;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Relu;

/**
 * AlexNet: five convolutions, three of them in two groups, local response normalisation, two fully
 * connected layers of 4,096. Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep
 * convolutional neural networks", NIPS 2012. The paper says 224 pixels; its arithmetic needs 227.
 */
final class AlexNet implements Architecture {

  @Override
  public String name() {
    return "alexnet";
  }

  @Override
  public int inputSize() {
    return 227;
  }

  @Override
  public Block network(int classes) {
    return Chain.of("conv1", Blocks.convRelu(96, 11, 4, 0))
        .then("norm1", responseNorm())
        .then("pool1", MaxPool.square(3, 2, 0))
        .then("conv2", inTwoGroups(256, 5))
        .then("norm2", responseNorm())
        .then("pool2", MaxPool.square(3, 2, 0))
        .then("conv3", Blocks.convRelu(384, 3, 1, 1))
        .then("conv4", inTwoGroups(384, 3))
        .then("conv5", inTwoGroups(256, 3))
        .then("pool5", MaxPool.square(3, 2, 0))
        .then("", Blocks.denseHead(4096, classes));
  }

  /** Section 3.3: n = 5, k = 2, beta = 0.75; ONNX divides alpha by n, which is 10^-4 here. */
  static LRN responseNorm() {
    return new LRN(5, 5e-4f, 0.75f, 2);
  }

  private static Block inTwoGroups(int channels, int kernel) {
    return Chain.of("conv", Blocks.groupedConvBias(channels, kernel, kernel / 2, 2))
        .then("relu", new Relu());
  }
}
