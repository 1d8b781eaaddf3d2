package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.nn.Block;
import dev.fovea.engine.op.MaxPool;

/**
 * ZFNet: AlexNet with a finer first layer (7x7, stride 2) and without groups, as it came out of
 * looking at what AlexNet's layers see. Zeiler and Fergus, "Visualizing and understanding
 * convolutional networks", ECCV 2014, figure 3.
 */
final class ZfNet implements Architecture {

  @Override
  public String name() {
    return "zfnet";
  }

  @Override
  public int inputSize() {
    return 224;
  }

  @Override
  public Block network(int classes) {
    return Chain.of("conv1", Blocks.convRelu(96, 7, 2, 1))
        .then("pool1", MaxPool.square(3, 2, 1))
        .then("norm1", AlexNet.responseNorm())
        .then("conv2", Blocks.convRelu(256, 5, 2, 0))
        .then("pool2", MaxPool.square(3, 2, 1))
        .then("norm2", AlexNet.responseNorm())
        .then("conv3", Blocks.convRelu(384, 3, 1, 1))
        .then("conv4", Blocks.convRelu(384, 3, 1, 1))
        .then("conv5", Blocks.convRelu(256, 3, 1, 1))
        .then("pool5", MaxPool.square(3, 2, 0))
        .then("", Blocks.denseHead(4096, classes));
  }
}
