package dev.fovea.visualize.attribution;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Slice;
import dev.fovea.engine.op.Sub;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/** Small networks whose explanations can be worked out by hand. */
final class TestNetworks {
  static final SessionOptions OPTIONS = SessionOptions.inference().withThreads(1);

  private TestNetworks() {}

  /**
   * Input [1, 1, 4, 4], a convolution of two filters 3x3 of ones with biases -50 and -75, ReLU, a
   * dense layer 8 to 4 with rows [1, 1, 1, 1, 1, -1, -1, -1], ReLU.
   *
   * @param second what a second input would add, everywhere
   */
  static ExplainedNetwork a(float second) {
    Graph.Builder g = new Graph.Builder("A");
    Value x = g.input("x", Shape.of(1, 1, 4, 4));
    Value both = g.node("both", new Add(), x, g.buffer("second", Tensor.zeros(1).fill(second)));
    Value w = g.parameter("w", Tensor.zeros(2, 1, 3, 3).fill(1));
    Value bias = g.parameter("bias", Tensor.of(Shape.of(2), -50, -75));
    Value conv1 = g.node("conv1", Conv.square(3, 1, 0), both, w, bias);
    Value relu1 = g.node("relu1", new Relu(), conv1);
    Value flat = g.node("flat", new Flatten(1), relu1);
    Tensor rows = Tensor.zeros(4, 8).fill(1);
    for (int i = 0; i < 32; i++) {
      rows.array()[i] = i % 8 < 5 ? 1 : -1;
    }
    Value dense = g.node("fc", Gemm.dense(), flat, g.parameter("rows", rows));
    return new ExplainedNetwork(g.build(g.node("relu2", new Relu(), dense)), OPTIONS);
  }

  /** Input [1, 1, 1, 3]; identity; 3 to 4 with ones and biases [-10, 1, 1, 1]; ReLU; 4 to 2. */
  static ExplainedNetwork b() {
    Graph.Builder g = new Graph.Builder("B");
    Value x = g.input("x", Shape.of(1, 1, 1, 3));
    Value flat = g.node("flat", new Flatten(1), x);
    Value identity = g.parameter("identity", Tensor.of(Shape.of(3, 3), 1, 0, 0, 0, 1, 0, 0, 0, 1));
    Value linear0 = g.node("linear0", Gemm.dense(), flat, identity);
    Value w1 = g.parameter("w1", Tensor.zeros(4, 3).fill(1));
    Value b1 = g.parameter("b1", Tensor.of(Shape.of(4), -10, 1, 1, 1));
    Value hidden = g.node("hidden", new Relu(), g.node("linear1", Gemm.dense(), linear0, w1, b1));
    Value w2 = g.parameter("w2", Tensor.zeros(2, 4).fill(1));
    Value b2 = g.parameter("b2", Tensor.of(Shape.of(2), -1, 1));
    return new ExplainedNetwork(g.build(g.node("out", Gemm.dense(), hidden, w2, b2)), OPTIONS);
  }

  /** {@code relu(relu(a) - 1 - relu(b))} of an input [1, 2]. */
  static ExplainedNetwork d() {
    Graph.Builder g = new Graph.Builder("D");
    Value x = g.input("x", Shape.of(1, 2));
    Value one = g.buffer("one", Tensor.zeros(1).fill(1));
    Value a = g.node("relu_a", new Relu(), column(g, x, 0));
    Value b = g.node("relu_b", new Relu(), column(g, x, 1));
    Value difference = g.node("difference", new Sub(), g.node("less", new Sub(), a, one), b);
    return new ExplainedNetwork(g.build(g.node("out", new Relu(), difference)), OPTIONS);
  }

  /** {@code relu(relu(a - 1) - relu(b))}, the same function for a and b of 0 or more. */
  static ExplainedNetwork e() {
    Graph.Builder g = new Graph.Builder("E");
    Value x = g.input("x", Shape.of(1, 2));
    Value one = g.buffer("one", Tensor.zeros(1).fill(1));
    Value a = g.node("relu_a", new Relu(), g.node("less", new Sub(), column(g, x, 0), one));
    Value b = g.node("relu_b", new Relu(), column(g, x, 1));
    Value difference = g.node("difference", new Sub(), a, b);
    return new ExplainedNetwork(g.build(g.node("out", new Relu(), difference)), OPTIONS);
  }

  private static Value column(Graph.Builder g, Value x, int i) {
    return g.node("column" + i, new Slice(List.of(i), List.of(i + 1), List.of(1), List.of(1)), x);
  }
}
