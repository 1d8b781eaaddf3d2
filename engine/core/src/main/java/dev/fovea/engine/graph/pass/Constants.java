package dev.fovea.engine.graph.pass;

import dev.fovea.engine.graph.Flops;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.ScalarBackend;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Computes with tensors of the model. */
final class Constants {

  private Constants() {}

  /** A graph of one node that reads nothing but tensors. */
  private static Graph alone(Op op, List<Value> in, int outputs) {
    Graph.Builder g = new Graph.Builder("constant");
    List<Value> operands = new ArrayList<>();
    for (Value v : in) {
      operands.add(g.buffer("in" + operands.size(), v.type(), v.tensor()));
    }
    List<String> names = Stream.iterate(0, i -> i + 1).limit(outputs).map(i -> "out" + i).toList();
    return g.build(g.node("node", op, operands, names).toArray(Value[]::new));
  }

  /** The outputs of an operator on tensors of the model, in plain Java on one thread. */
  static List<Tensor> compute(Op op, List<Value> in, int outputs) {
    Graph g = alone(op, in, outputs);
    Session s = new Session(g, SessionOptions.inference().on(new ScalarBackend()).withThreads(1));
    s.forward();
    return g.outputs().stream().map(v -> s.value(v.name()).copy()).toList();
  }

  /** Elements that an operator reads, writes and works in. */
  static long elements(Op op, List<Value> in) {
    List<Shape> shapes = in.stream().map(Value::shape).toList();
    return Stream.of(shapes, op.inferShapes(shapes), op.scratch(shapes))
        .flatMap(List::stream)
        .mapToLong(Shape::size)
        .sum();
  }

  /** Operations of products in an operator; see {@link Flops}. */
  static long flops(Op op, List<Value> in, int outputs) {
    Graph g = alone(op, in, outputs);
    Map<Value, Shape> shapes = g.inferShapes(List.of());
    return Flops.of(g, shapes);
  }

  /** Whether all elements are finite. */
  static boolean finite(Tensor t) {
    for (float v : t.toArray()) {
      if (!Float.isFinite(v)) {
        return false;
      }
    }
    return true;
  }
}
