package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.nn.Block;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Relu;
import java.util.List;

/**
 * VGG: five stages of convolutions 3x3 with max poolings between, and two fully connected layers of
 * 4,096. Simonyan and Zisserman, "Very deep convolutional networks for large-scale image
 * recognition", ICLR 2015, table 1. He initialisation in place of pre-training shallower nets.
 *
 * @param layers layers with weights: 11 (A), 13 (B), 16 (D) or 19 (E)
 * @param normalised whether each convolution is followed by batch normalisation
 */
record Vgg(int layers, boolean normalised) implements Architecture {

  private static final int[] WIDTHS = {64, 128, 256, 512, 512};

  @Override
  public String name() {
    return "vgg" + layers + (normalised ? "-bn" : "");
  }

  @Override
  public int inputSize() {
    return 224;
  }

  private List<Integer> convolutions() {
    return switch (layers) {
      case 11 -> List.of(1, 1, 2, 2, 2);
      case 13 -> List.of(2, 2, 2, 2, 2);
      case 16 -> List.of(2, 2, 3, 3, 3);
      case 19 -> List.of(2, 2, 4, 4, 4);
      default ->
          throw new IllegalArgumentException("VGG: expected 11, 13, 16 or 19, found " + layers);
    };
  }

  @Override
  public Block network(int classes) {
    Chain net = Chain.EMPTY;
    for (int stage = 0; stage < WIDTHS.length; stage++) {
      for (int i = 1; i <= convolutions().get(stage); i++) {
        int width = WIDTHS[stage];
        // With a bias even before the normalisation, as in the counts everyone publishes.
        Chain conv = Chain.of("conv", Blocks.convBias(width, 3, 1, 1));
        net =
            net.then(
                "conv" + (stage + 1) + "_" + i,
                (normalised ? conv.then("norm", Blocks.norm()) : conv).then("relu", new Relu()));
      }
      net = net.then("pool" + (stage + 1), MaxPool.square(2, 2, 0));
    }
    return net.then("", Blocks.denseHead(4096, classes));
  }
}
