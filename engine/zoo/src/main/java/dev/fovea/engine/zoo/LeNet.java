package dev.fovea.engine.zoo;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Dropout;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.tensor.Shape;

/**
 * LeNet for small pictures: conv 5x5 (20), max pool, conv 5x5 (50), max pool, 500 hidden units,
 * dropout 0.5, softmax. LeCun et al., "Gradient-based learning applied to document recognition",
 * 1998; widths, ReLU and max pooling as the Caffe tutorial made them known.
 */
public final class LeNet implements Architecture {

  @Override
  public String name() {
    return "lenet";
  }

  @Override
  public int inputSize() {
    return 28;
  }

  @Override
  public Graph build(int channels, int height, int width, int classes, long seed) {
    Graph.Builder g = new Graph.Builder("lenet");
    Layers l = new Layers(g, seed);
    Value x = g.input(INPUT, Shape.of(1, channels, height, width), "batch", "", "", "");
    x = l.conv("conv1", x, 20, 5, 1, 0, true);
    x = g.node("relu1", new Relu(), x);
    x = g.node("pool1", MaxPool.square(2, 2, 0), x);
    x = l.conv("conv2", x, 50, 5, 1, 0, true);
    x = g.node("relu2", new Relu(), x);
    x = g.node("pool2", MaxPool.square(2, 2, 0), x);
    x = g.node("flatten", new Flatten(1), x);
    x = l.dense("fc1", x, 500, Initializer.he());
    x = g.node("relu3", new Relu(), x);
    x = g.node("dropout", new Dropout(0.5f), x);
    x = l.dense(LOGITS, x, classes, Initializer.xavier());
    return g.build(g.node(PROBABILITIES, new Softmax(1), x));
  }
}
