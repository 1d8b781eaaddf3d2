package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.nn.Block;
import dev.fovea.engine.op.MaxPool;
import java.util.List;

/**
 * Residual networks for large images: a stem 7x7, four stages of residual units, the mean over
 * space. He et al., "Deep residual learning for image recognition", CVPR 2016, table 1; bottlenecks
 * have their stride in the convolution 3x3, as is usual since. With other widths and groups also
 * Zagoruyko and Komodakis, "Wide residual networks", BMVC 2016, and Xie et al., "Aggregated
 * residual transformations" (ResNeXt), CVPR 2017.
 *
 * @param name as users type it
 * @param units residual units in each of the four stages
 * @param bottleneck whether units are bottlenecks, else two convolutions 3x3
 * @param groups groups of the convolution 3x3 of bottlenecks
 * @param groupWidth channels of each of these groups in the first stage
 */
record ResNet(String name, List<Integer> units, boolean bottleneck, int groups, int groupWidth)
    implements Architecture {

  /** A plain one: 18, 34, 50, 101 or 152 layers. */
  static ResNet ofLayers(int layers) {
    List<Integer> units =
        switch (layers) {
          case 18 -> List.of(2, 2, 2, 2);
          case 34, 50 -> List.of(3, 4, 6, 3);
          case 101 -> List.of(3, 4, 23, 3);
          case 152 -> List.of(3, 8, 36, 3);
          default ->
              throw new IllegalArgumentException(
                  "ResNet: expected 18, 34, 50, 101 or 152, found " + layers);
        };
    return new ResNet("resnet" + layers, units, layers >= 50, 1, 64);
  }

  /** A plain one with bottlenecks that are {@code factor} times as wide inside. */
  static ResNet wide(int layers, int factor) {
    return new ResNet(
        "wide-resnet" + layers + "-" + factor, ofLayers(layers).units, true, 1, 64 * factor);
  }

  /** ResNeXt. */
  static ResNet next(int layers, int groups, int groupWidth) {
    return new ResNet(
        "resnext" + layers + "-" + groups + "x" + groupWidth + "d",
        ofLayers(layers).units,
        true,
        groups,
        groupWidth);
  }

  @Override
  public int inputSize() {
    return 224;
  }

  @Override
  public Block network(int classes) {
    Chain net =
        Chain.of("stem", Blocks.convNormRelu(64, 7, 2, 3)).then("pool", MaxPool.square(3, 2, 1));
    for (int stage = 0; stage < units.size(); stage++) {
      int width = 64 << stage;
      for (int i = 0; i < units.get(stage); i++) {
        int stride = stage > 0 && i == 0 ? 2 : 1;
        net = net.then("stage" + (stage + 1) + ".unit" + (i + 1), unit(stage, width, stride));
      }
    }
    return net.then("global", Blocks.globalAverage()).then(LOGITS, Blocks.classifier(classes));
  }

  private Block unit(int stage, int width, int stride) {
    return bottleneck
        ? Residuals.bottleneck(4 * width, (groups * groupWidth) << stage, stride, groups)
        : Residuals.basic(width, stride, Residuals::projection, Chain.EMPTY);
  }
}
