package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.nn.Block;
import dev.fovea.engine.op.Relu;

/**
 * MobileNet: depthwise convolutions 3x3, each followed by one 1x1. Howard et al., "MobileNets:
 * efficient convolutional neural networks for mobile vision applications", 2017, table 1.
 */
final class MobileNet1 implements Architecture {

  private static final int[] WIDTHS = {
    64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024
  };

  @Override
  public String name() {
    return "mobilenet1";
  }

  @Override
  public int inputSize() {
    return 224;
  }

  @Override
  public Block network(int classes) {
    Chain net = Chain.of("stem", Blocks.convNormRelu(32, 3, 2, 1));
    int before = 32;
    for (int i = 0; i < WIDTHS.length; i++) {
      // The size is halved where the width is doubled, except in the first and the last layer.
      boolean halve = i > 0 && i < WIDTHS.length - 1 && WIDTHS[i] > before;
      net = net.then("separable" + (i + 1), separable(WIDTHS[i], halve ? 2 : 1));
      before = WIDTHS[i];
    }
    return net.then("global", Blocks.globalAverage()).then(LOGITS, Blocks.classifier(classes));
  }

  private static Block separable(int channels, int stride) {
    return Chain.of("depthwise.conv", Blocks.depthwiseConv(3, stride))
        .then("depthwise.norm", Blocks.norm())
        .then("depthwise.relu", new Relu())
        .then("pointwise", Blocks.convNormRelu(channels, 1, 1, 0));
  }
}
