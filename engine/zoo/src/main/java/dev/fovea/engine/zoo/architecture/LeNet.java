package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.nn.Block;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Relu;

/**
 * LeNet for small pictures: conv 5x5 (20), max pool, conv 5x5 (50), max pool, 500 hidden units,
 * dropout 0.5, softmax. LeCun et al., "Gradient-based learning applied to document recognition",
 * 1998; widths, ReLU and max pooling as the Caffe tutorial made them known.
 */
public final class LeNet implements Architecture {

  @Override
  public String name() {
    return "lenet";
  }

  @Override
  public int inputSize() {
    return 28;
  }

  @Override
  public Block network(int classes) {
    // The names are those of the built-in model 'digits'.
    return Chain.of("conv1", Blocks.convBias(20, 5, 1, 0))
        .then("relu1", new Relu())
        .then("pool1", MaxPool.square(2, 2, 0))
        .then("conv2", Blocks.convBias(50, 5, 1, 0))
        .then("relu2", new Relu())
        .then("pool2", MaxPool.square(2, 2, 0))
        .then("flatten", Blocks.flatten())
        .then("fc1", (layers, name, x) -> layers.dense(name, x, 500, Initializer.he()))
        .then("relu3", new Relu())
        .then("dropout", Blocks.dropout(0.5))
        .then(LOGITS, Blocks.classifier(classes));
  }
}
