package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Block;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.AveragePool;
import dev.fovea.engine.op.Concat;
import dev.fovea.engine.op.Sub;

/**
 * Residual networks for CIFAR: three stages of 16, 32 and 64 channels at 32, 16 and 8 pixels; 6n +
 * 2 layers. He et al., "Deep residual learning for image recognition", CVPR 2016, section 4.2. With
 * stochastic depth, units are left out at random in training, later ones more often: Huang et al.,
 * "Deep networks with stochastic depth", ECCV 2016.
 *
 * @param name as users type it
 * @param units residual units in each stage, n
 * @param drop probability to leave out the last unit; it grows linearly from 0 at the input
 */
record CifarResNet(String name, int units, double drop) implements Architecture {

  /** A plain one of 6n + 2 layers. */
  static CifarResNet ofLayers(int layers) {
    return new CifarResNet("resnet" + layers, (layers - 2) / 6, 0);
  }

  /** With stochastic depth, the last unit left out half of the time. */
  static CifarResNet stochasticDepth(int layers) {
    return new CifarResNet("stochastic-depth-resnet" + layers, (layers - 2) / 6, 0.5);
  }

  @Override
  public int inputSize() {
    return 32;
  }

  @Override
  public Block network(int classes) {
    Chain net = Chain.of("stem", Blocks.convNormRelu(16, 3, 1, 1));
    for (int stage = 0; stage < 3; stage++) {
      for (int i = 0; i < units; i++) {
        double ratio = drop * (stage * units + i + 1) / (3 * units);
        Block unit =
            Residuals.basic(
                16 << stage,
                stage > 0 && i == 0 ? 2 : 1,
                CifarResNet::withoutParameters,
                Blocks.dropPath(ratio));
        net = net.then("stage" + (stage + 1) + ".unit" + (i + 1), unit);
      }
    }
    return net.then("global", Blocks.globalAverage()).then(LOGITS, Blocks.classifier(classes));
  }

  /** Option A of the paper: every other pixel, and zeros for the channels that are new. */
  private static Block withoutParameters(int channels, int stride) {
    return (Layers layers, String name, Value x) -> {
      Value s = layers.graph().node(name + ".pixels", AveragePool.square(1, stride, 0), x);
      Value zeros = layers.graph().node(name + ".zeros", new Sub(), s, s);
      return layers.graph().node(name + ".join", new Concat(1), s, zeros);
    };
  }
}
