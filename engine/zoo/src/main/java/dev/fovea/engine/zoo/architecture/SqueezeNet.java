package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Block;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Concat;

/**
 * SqueezeNet: fire modules, which squeeze to few channels by convolutions 1x1 and expand again by
 * 1x1 and 3x3. Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters",
 * 2016; version 1.1 of the same authors needs 2.4 times less arithmetic.
 *
 * @param version 0 for 1.0, 1 for 1.1
 */
record SqueezeNet(int version) implements Architecture {

  private static final int[] SQUEEZE = {16, 16, 32, 32, 48, 48, 64, 64};

  @Override
  public String name() {
    return "squeezenet1." + version;
  }

  @Override
  public int inputSize() {
    return version == 0 ? 227 : 224;
  }

  @Override
  public Block network(int classes) {
    // After which fire modules (numbered from 2, as in the paper) the size is halved.
    int first = version == 0 ? 4 : 3;
    int second = version == 0 ? 8 : 5;
    Chain net =
        Chain.of(
                "conv1", version == 0 ? Blocks.convRelu(96, 7, 2, 0) : Blocks.convRelu(64, 3, 2, 0))
            .then("pool1", Blocks.ceilPool(3, 2));
    for (int i = 0; i < SQUEEZE.length; i++) {
      int number = i + 2;
      net = net.then("fire" + number, fire(SQUEEZE[i], 4 * SQUEEZE[i]));
      if (number == first || number == second) {
        net = net.then("pool" + number, Blocks.ceilPool(3, 2));
      }
    }
    return net.then("dropout", Blocks.dropout(0.5))
        .then("", Blocks.mapForEachClass("conv10", classes));
  }

  /**
   * A fire module.
   *
   * @param squeeze channels in the middle
   * @param expand channels of each of the two halves of the output
   */
  private static Block fire(int squeeze, int expand) {
    return (Layers layers, String name, Value x) -> {
      Value s = Blocks.convRelu(squeeze, 1, 1, 0).add(layers, name + ".squeeze", x);
      Value a = Blocks.convRelu(expand, 1, 1, 0).add(layers, name + ".expand1x1", s);
      Value b = Blocks.convRelu(expand, 3, 1, 1).add(layers, name + ".expand3x3", s);
      return layers.graph().node(name + ".join", new Concat(1), a, b);
    };
  }
}
