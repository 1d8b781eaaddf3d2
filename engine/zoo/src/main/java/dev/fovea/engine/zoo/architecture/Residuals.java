package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Block;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.Relu;

/** Residual units: {@code relu(shortcut(x) + branch(x))}. He et al., CVPR 2016. */
final class Residuals {

  private Residuals() {}

  /** How the input of a unit is brought to the shape of its output where they differ. */
  @FunctionalInterface
  interface Shortcut {

    /** The block that does it. */
    Block to(int channels, int stride);
  }

  /** Option B of the paper: a strided convolution 1x1 with batch normalisation. */
  static Block projection(int channels, int stride) {
    return Chain.of("conv", Blocks.conv(channels, 1, stride, 0)).then("norm", Blocks.norm());
  }

  /**
   * Two convolutions 3x3, the stride in the first.
   *
   * @param path what the branch passes before the sum; an empty chain for nothing
   */
  static Block basic(int channels, int stride, Shortcut shortcut, Block path) {
    return unit(
        Chain.of("1", Blocks.convNormRelu(channels, 3, stride, 1))
            .then("2.conv", Blocks.conv(channels, 3, 1, 1))
            .then("2.norm", Blocks.norm())
            .then("path", path),
        channels,
        stride,
        shortcut);
  }

  /** Convolutions 1x1, 3x3 (in groups, with the stride), 1x1. */
  static Block bottleneck(int channels, int inner, int stride, int groups) {
    return unit(
        Chain.of("1", Blocks.convNormRelu(inner, 1, 1, 0))
            .then("2.conv", Blocks.groupedConv(inner, 3, stride, 1, groups))
            .then("2.norm", Blocks.norm())
            .then("2.relu", new Relu())
            .then("3.conv", Blocks.conv(channels, 1, 1, 0))
            .then("3.norm", Blocks.norm()),
        channels,
        stride,
        Residuals::projection);
  }

  /** A unit with a given branch; the shortcut is the identity wherever it can be. */
  static Block unit(Block branch, int channels, int stride, Shortcut shortcut) {
    return (layers, name, x) -> {
      Value b = branch.add(layers, Blocks.join(name, "branch"), x);
      Value s = x;
      if (stride != 1 || x.shape().dim(1) != channels) {
        s = shortcut.to(channels, stride).add(layers, Blocks.join(name, "shortcut"), x);
      }
      Value sum = layers.graph().node(Blocks.join(name, "sum"), new Add(), s, b);
      return layers.graph().node(Blocks.join(name, "relu"), new Relu(), sum);
    };
  }

  /**
   * A unit of identity mappings: normalisation and ReLU come before each convolution, and the sum
   * stays as it is. Where the shape changes, the shortcut is a convolution 1x1 of the normalised
   * input. He et al., "Identity mappings in deep residual networks", ECCV 2016.
   *
   * @param convolutions from the normalised input on
   */
  static Block preActivation(Block convolutions, int channels, int stride) {
    return (Layers layers, String name, Value x) -> {
      Chain first = Chain.of("norm", Blocks.norm()).then("relu", new Relu());
      Value active = first.add(layers, Blocks.join(name, "1"), x);
      Value b = convolutions.add(layers, Blocks.join(name, "branch"), active);
      Value s = x;
      if (stride != 1 || x.shape().dim(1) != channels) {
        s = layers.conv(Blocks.join(name, "shortcut"), active, channels, 1, stride, 0, false);
      }
      return layers.graph().node(Blocks.join(name, "sum"), new Add(), s, b);
    };
  }
}
