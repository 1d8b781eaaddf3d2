package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.nn.Block;
import dev.fovea.engine.op.Relu;
import java.util.Locale;

/**
 * Residual networks of identity mappings for CIFAR, plain and wide: three stages at 32, 16 and 8
 * pixels. He et al., "Identity mappings in deep residual networks", ECCV 2016; Zagoruyko and
 * Komodakis, "Wide residual networks" (WRN), BMVC 2016.
 *
 * @param name as users type it
 * @param units residual units in each stage
 * @param width channels of the first stage's convolutions 3x3; they double with each stage
 * @param bottleneck whether units are bottlenecks with four times as many channels outside
 * @param dropout ratio between the convolutions of a unit; 0 for none
 */
record PreActivationResNet(String name, int units, int width, boolean bottleneck, double dropout)
    implements Architecture {

  /** As in the paper: bottlenecks from 164 layers on. */
  static PreActivationResNet ofLayers(int layers) {
    boolean bottleneck = layers >= 164;
    int units = (layers - 2) / (bottleneck ? 9 : 6);
    return new PreActivationResNet("preresnet" + layers, units, 16, bottleneck, 0);
  }

  /** A wide one: WRN-layers-factor. */
  static PreActivationResNet wide(int layers, int factor) {
    String name = String.format(Locale.ROOT, "wrn-%d-%d", layers, factor);
    return new PreActivationResNet(name, (layers - 4) / 6, 16 * factor, false, 0.3);
  }

  @Override
  public int inputSize() {
    return 32;
  }

  @Override
  public Block network(int classes) {
    Chain net = Chain.of("stem", Blocks.conv(16, 3, 1, 1));
    for (int stage = 0; stage < 3; stage++) {
      for (int i = 0; i < units; i++) {
        int stride = stage > 0 && i == 0 ? 2 : 1;
        net = net.then("stage" + (stage + 1) + ".unit" + (i + 1), unit(width << stage, stride));
      }
    }
    return net.then("norm", Blocks.norm())
        .then("relu", new Relu())
        .then("global", Blocks.globalAverage())
        .then(LOGITS, Blocks.classifier(classes));
  }

  private Block unit(int channels, int stride) {
    if (bottleneck) {
      return Residuals.preActivation(
          Chain.of("1", Blocks.conv(channels, 1, 1, 0))
              .then("2", Blocks.normReluConv(channels, 3, stride, 1))
              .then("3", Blocks.normReluConv(4 * channels, 1, 1, 0)),
          4 * channels,
          stride);
    }
    Chain first = Chain.of("1", Blocks.conv(channels, 3, stride, 1));
    Chain branch = dropout > 0 ? first.then("dropout", Blocks.dropout(dropout)) : first;
    return Residuals.preActivation(
        branch.then("2", Blocks.normReluConv(channels, 3, 1, 1)), channels, stride);
  }
}
