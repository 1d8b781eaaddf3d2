package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Block;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Concat;
import dev.fovea.engine.op.MaxPool;

/**
 * An inception module: four ways side by side, their channels joined. Szegedy et al., "Going deeper
 * with convolutions", CVPR 2015, figure 2b and the columns of table 1.
 *
 * @param one channels of the convolution 1x1
 * @param reduce3 channels before the convolution 3x3
 * @param three channels of the convolution 3x3
 * @param reduce5 channels before the convolution 5x5
 * @param five channels of the convolution 5x5
 * @param pool channels after the max pooling
 */
record Inception(int one, int reduce3, int three, int reduce5, int five, int pool)
    implements Block {

  @Override
  public Value add(Layers layers, String name, Value x) {
    Value a = Blocks.convRelu(one, 1, 1, 0).add(layers, name + ".1x1", x);
    Value b =
        Chain.of("reduce", Blocks.convRelu(reduce3, 1, 1, 0))
            .then("", Blocks.convRelu(three, 3, 1, 1))
            .add(layers, name + ".3x3", x);
    Value c =
        Chain.of("reduce", Blocks.convRelu(reduce5, 1, 1, 0))
            .then("", Blocks.convRelu(five, 5, 1, 2))
            .add(layers, name + ".5x5", x);
    Value d =
        Chain.of("max", MaxPool.square(3, 1, 1))
            .then("", Blocks.convRelu(pool, 1, 1, 0))
            .add(layers, name + ".pool", x);
    return layers.graph().node(name + ".join", new Concat(1), a, b, c, d);
  }
}
