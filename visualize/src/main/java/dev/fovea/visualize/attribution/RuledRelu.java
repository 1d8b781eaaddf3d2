package dev.fovea.visualize.attribution;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.kernel.Unary;
import dev.fovea.engine.op.Clip;
import dev.fovea.engine.op.Elementwise;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.zoo.surgery.GraphCopy;
import java.util.List;

/**
 * A rectifier with another way back: forward it is the operator that it stands for, backward it
 * follows a {@link ReluRule}. So guided backpropagation and deconvolution are the backward run of
 * another graph, and work for whatever the engine can differentiate.
 */
record RuledRelu(Elementwise rectifier, ReluRule rule) implements Elementwise {

  /**
   * A graph with the same names and tensors whose rectifiers follow a rule: every ReLU, and every
   * clipping from 0, such as ReLU6.
   */
  static Graph applied(Graph graph, ReluRule rule) {
    GraphCopy copy = new GraphCopy(new Graph.Builder(graph.name()));
    graph.inputs().forEach(copy::of);
    for (Node n : graph.nodes()) {
      if (rectifies(n)) {
        RuledRelu ruled = new RuledRelu((Elementwise) n.op(), rule);
        copy.node(n, ruled, n.inputs().stream().map(copy::of).toList());
      } else {
        copy.node(n);
      }
    }
    return copy.build(graph.outputs());
  }

  private static boolean rectifies(Node n) {
    return n.op() instanceof Relu || (n.op() instanceof Clip clip && clip.min() == 0);
  }

  @Override
  public OpSpec<?> spec() {
    return rectifier.spec();
  }

  @Override
  public Unary function() {
    return rectifier.function();
  }

  @Override
  public float alpha() {
    return rectifier.alpha();
  }

  @Override
  public float beta() {
    return rectifier.beta();
  }

  /** Room for the positive part of the gradient: the way back has none of its own. */
  @Override
  public List<Shape> saved(List<Shape> inputs) {
    return inputs;
  }

  @Override
  public void backward(Backward run) {
    run.kernels().unary(Unary.RELU, 0, 0, run.cotangent(0), run.saved(0));
    if (rule == ReluRule.DECONVNET) {
      run.kernels().axpby(1, run.saved(0), 1, run.gradient(0));
    } else {
      run.kernels()
          .unaryBackward(
              function(),
              alpha(),
              beta(),
              run.input(0),
              run.output(0),
              run.saved(0),
              run.gradient(0));
    }
  }
}
