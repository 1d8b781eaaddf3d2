package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.nn.Block;

/**
 * Fully connected layers with ReLU on pixels, for any size of image: what the course trains before
 * there are convolutions.
 *
 * @param name as users type it
 * @param hidden hidden layers
 * @param width units in each of them
 */
record FullyConnectedNet(String name, int hidden, int width) implements Architecture {

  @Override
  public int inputSize() {
    return 32;
  }

  @Override
  public Block network(int classes) {
    Chain net = Chain.of("flatten", Blocks.flatten());
    for (int i = 1; i <= hidden; i++) {
      net = net.then("hidden" + i, Blocks.denseRelu(width));
    }
    return net.then(LOGITS, Blocks.classifier(classes));
  }
}
