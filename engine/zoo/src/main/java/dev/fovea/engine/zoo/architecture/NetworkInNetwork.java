package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.nn.Block;
import dev.fovea.engine.op.AveragePool;
import dev.fovea.engine.op.MaxPool;

/**
 * Network in network for CIFAR: convolutions 1x1 after each larger one, and the mean of a map for
 * each class instead of fully connected layers. Lin, Chen and Yan, ICLR 2014; widths of the
 * authors' CIFAR-10 network.
 */
final class NetworkInNetwork implements Architecture {

  @Override
  public String name() {
    return "nin";
  }

  @Override
  public int inputSize() {
    return 32;
  }

  @Override
  public Block network(int classes) {
    return Chain.of("conv1", Blocks.convRelu(192, 5, 1, 2))
        .then("cccp1", Blocks.convRelu(160, 1, 1, 0))
        .then("cccp2", Blocks.convRelu(96, 1, 1, 0))
        .then("pool1", MaxPool.square(3, 2, 1))
        .then("dropout1", Blocks.dropout(0.5))
        .then("conv2", Blocks.convRelu(192, 5, 1, 2))
        .then("cccp3", Blocks.convRelu(192, 1, 1, 0))
        .then("cccp4", Blocks.convRelu(192, 1, 1, 0))
        .then("pool2", AveragePool.square(3, 2, 1))
        .then("dropout2", Blocks.dropout(0.5))
        .then("conv3", Blocks.convRelu(192, 3, 1, 1))
        .then("cccp5", Blocks.convRelu(192, 1, 1, 0))
        .then("", Blocks.mapForEachClass("cccp6", classes));
  }
}
