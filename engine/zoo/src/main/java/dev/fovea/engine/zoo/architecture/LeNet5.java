package dev.fovea.engine.zoo.architecture;

import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Block;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.AveragePool;
import dev.fovea.engine.op.Tanh;

/**
 * LeNet-5 as it is drawn in figure 2 of LeCun et al., "Gradient-based learning applied to document
 * recognition", 1998: tanh, averages, layers C1 to F6. As everywhere today, C3 sees all maps of S2,
 * the averages have no weights, and a softmax takes the place of the radial basis functions.
 */
final class LeNet5 implements Architecture {

  @Override
  public String name() {
    return "lenet5";
  }

  @Override
  public int inputSize() {
    return 32;
  }

  @Override
  public Block network(int classes) {
    return Chain.of("c1", convTanh(6))
        .then("s2", AveragePool.square(2, 2, 0))
        .then("c3", convTanh(16))
        .then("s4", AveragePool.square(2, 2, 0))
        .then("flatten", Blocks.flatten())
        .then("c5", denseTanh(120))
        .then("f6", denseTanh(84))
        .then(LOGITS, Blocks.classifier(classes));
  }

  private static Block convTanh(int channels) {
    return Chain.of("conv", Blocks.convBias(channels, 5, 1, 0)).then("tanh", new Tanh());
  }

  private static Block denseTanh(int out) {
    return Chain.of(
            "fc", (Layers l, String name, Value x) -> l.dense(name, x, out, Initializer.xavier()))
        .then("tanh", new Tanh());
  }
}
