package dev.fovea.engine.testkit;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph run in the most careful way: every tensor of every node is a copy of its own, nothing is
 * left out, nothing is shared. The oracle of the memory plan.
 *
 * <p>Operators are {@link SeedRecorder}s that have run in a session before, whose masks are used.
 */
final class UnsharedExecution {

  private final Graph graph;
  private final Backend backend;
  private final boolean training;
  private final Map<Value, Tensor> values = new HashMap<>();
  private final Map<Value, Tensor> gradients = new HashMap<>();
  private final Map<Node, OpRun> runs = new HashMap<>();

  UnsharedExecution(Graph graph, Backend backend, boolean training) {
    this.graph = graph;
    this.backend = backend;
    this.training = training;
  }

  /** Runs forward; running statistics are those of the graph, which are changed. */
  void forward(List<Tensor> inputs) {
    for (int i = 0; i < inputs.size(); i++) {
      values.put(graph.inputs().get(i), inputs.get(i));
    }
    graph.values().stream().filter(v -> v.tensor() != null).forEach(v -> values.put(v, v.tensor()));
    for (Node n : graph.nodes()) {
      long seed = ((SeedRecorder) n.op()).seed();
      List<Tensor> in = n.inputs().stream().map(values::get).toList();
      OpRun run = new OpRun(n.op(), in, new OpRun.Setting(backend, 1, training, 0, true, seed));
      run.forward();
      runs.put(n, run);
      values.put(n.outputs().get(0), run.outputTensors().get(0));
      for (int i = 0; i < in.size(); i++) {
        if (n.inputs().get(i).kind() == Value.Kind.BUFFER) {
          in.get(i).copyFrom(run.inputTensors().get(i));
        }
      }
    }
  }

  /** Runs backward to all values. */
  void backward(Map<Value, Tensor> cotangents) {
    graph.values().forEach(v -> gradients.put(v, Tensor.zeros(values.get(v).shape())));
    cotangents.forEach((v, t) -> gradients.get(v).copyFrom(t));
    for (int k = graph.nodes().size() - 1; k >= 0; k--) {
      Node n = graph.nodes().get(k);
      Tensor flowing = gradients.get(n.outputs().get(0)).copy();
      // One input at a time: two of them may be the same value.
      for (int i = 0; i < n.inputs().size(); i++) {
        if (n.op().learns(i)) {
          Tensor gradient = gradients.get(n.inputs().get(i));
          List<Tensor> start = new ArrayList<>(Collections.nCopies(n.inputs().size(), null));
          start.set(i, gradient);
          OpRun run = runs.get(n).backward(List.of(flowing), start);
          gradient.copyFrom(run.gradientTensors().get(i));
        }
      }
    }
  }

  Tensor value(Value v) {
    return values.get(v);
  }

  Tensor gradient(Value v) {
    return gradients.get(v);
  }
}
