package dev.fovea.visualize.attribution;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.op.Sigmoid;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.zoo.surgery.GraphCopy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A function that makes probabilities of scores, with a gradient that passes it as it is: what is
 * differentiated is then the score. The gradient of a probability near 1 is 0, to the last bit in
 * single precision, and would explain nothing.
 */
public final class StraightThrough {
  /** Operators that only move elements. */
  private static final Set<String> MOVING =
      Set.of(
          "Concat",
          "Flatten",
          "Gather",
          "Identity",
          "Reshape",
          "Slice",
          "Split",
          "Squeeze",
          "Transpose",
          "Unsqueeze");

  private StraightThrough() {}

  /**
   * A graph with the same names, tensors and results whose sigmoids and softmaxes at the end,
   * behind which elements are only moved, let gradients pass. For detectors, whose scores go on to
   * a decoder as probabilities; of classifiers rather take the value before the softmax.
   */
  public static Graph atTheEnd(Graph graph) {
    Set<Value> inner = new HashSet<>();
    Set<Node> last = new HashSet<>();
    for (int i = graph.nodes().size() - 1; i >= 0; i--) {
      Node n = graph.nodes().get(i);
      boolean end = n.outputs().stream().noneMatch(inner::contains);
      if (!end || !MOVING.contains(n.op().spec().name())) {
        inner.addAll(n.inputs());
      }
      if (end && (n.op() instanceof Sigmoid || n.op() instanceof Softmax)) {
        last.add(n);
      }
    }
    GraphCopy copy = new GraphCopy(new Graph.Builder(graph.name()));
    graph.inputs().forEach(copy::of);
    for (Node n : graph.nodes()) {
      Op op = last.contains(n) ? new Passing(n.op()) : n.op();
      copy.node(n, op, n.inputs().stream().map(copy::of).toList());
    }
    return copy.build(graph.outputs());
  }

  /** Forward as the operator that it stands for, backward the identity. */
  private record Passing(Op op) implements Op {
    @Override
    public OpSpec<?> spec() {
      return op.spec();
    }

    @Override
    public List<Shape> inferShapes(List<Shape> inputs) {
      return op.inferShapes(inputs);
    }

    @Override
    public void forward(Forward run) {
      op.forward(run);
    }

    @Override
    public void backward(Backward run) {
      run.kernels().axpby(1, run.cotangent(0), 1, run.gradient(0));
    }

    @Override
    public List<Shape> scratch(List<Shape> inputs) {
      return op.scratch(inputs);
    }
  }
}
