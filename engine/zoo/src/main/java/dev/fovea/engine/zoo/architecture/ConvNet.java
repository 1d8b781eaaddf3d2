package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.nn.Block;
import dev.fovea.engine.op.MaxPool;

/**
 * The small network of the CS231n course: convolution, ReLU and max pooling a few times, then one
 * fully connected layer.
 *
 * @param name as users type it
 * @param stages how often the size is halved
 * @param width channels of the first convolution; they double with every stage
 * @param kernel window of the convolutions, odd
 */
record ConvNet(String name, int stages, int width, int kernel) implements Architecture {

  @Override
  public int inputSize() {
    return 32;
  }

  @Override
  public Block network(int classes) {
    Chain net = Chain.EMPTY;
    for (int i = 0; i < stages; i++) {
      net =
          net.then("conv" + (i + 1), Blocks.convRelu(width << i, kernel, 1, kernel / 2))
              .then("pool" + (i + 1), MaxPool.square(2, 2, 0));
    }
    return net.then("flatten", Blocks.flatten()).then(LOGITS, Blocks.classifier(classes));
  }
}
