package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Block;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.Clip;

/**
 * MobileNetV2: inverted residuals, which widen, convolve each channel on its own, and narrow
 * without a nonlinearity. Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks",
 * CVPR 2018, table 2.
 */
final class MobileNet2 implements Architecture {

  /** Expansion, channels, repetitions, stride of the first. */
  private static final int[][] STAGES = {
    {1, 16, 1, 1},
    {6, 24, 2, 2},
    {6, 32, 3, 2},
    {6, 64, 4, 2},
    {6, 96, 3, 1},
    {6, 160, 3, 2},
    {6, 320, 1, 1}
  };

  @Override
  public String name() {
    return "mobilenet2";
  }

  @Override
  public int inputSize() {
    return 224;
  }

  @Override
  public Block network(int classes) {
    Chain net = Chain.of("stem", Blocks.conv(32, 3, 2, 1)).then("stem", normRelu6());
    for (int stage = 0; stage < STAGES.length; stage++) {
      int[] s = STAGES[stage];
      for (int i = 0; i < s[2]; i++) {
        net =
            net.then(
                "stage" + (stage + 1) + ".unit" + (i + 1), unit(s[0], s[1], i == 0 ? s[3] : 1));
      }
    }
    return net.then("last", Blocks.conv(1280, 1, 1, 0))
        .then("last", normRelu6())
        .then("global", Blocks.globalAverage())
        .then("dropout", Blocks.dropout(0.2))
        .then(LOGITS, Blocks.classifier(classes));
  }

  private static Chain normRelu6() {
    return Chain.of("norm", Blocks.norm()).then("relu6", new Clip(0, 6));
  }

  private static Block unit(int expansion, int channels, int stride) {
    return (Layers layers, String name, Value x) -> {
      int in = x.shape().dim(1);
      Chain widen =
          Chain.of("widen", Blocks.conv(expansion * in, 1, 1, 0)).then("widen", normRelu6());
      Value y =
          (expansion == 1 ? Chain.EMPTY : widen)
              .then("depthwise", Blocks.depthwiseConv(3, stride))
              .then("depthwise", normRelu6())
              .then("narrow", Blocks.conv(channels, 1, 1, 0))
              .then("narrow.norm", Blocks.norm())
              .add(layers, name, x);
      return stride == 1 && in == channels
          ? layers.graph().node(name + ".sum", new Add(), x, y)
          : y;
    };
  }
}
