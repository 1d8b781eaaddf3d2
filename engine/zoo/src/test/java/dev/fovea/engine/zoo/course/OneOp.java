package dev.fovea.engine.zoo.course;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** A graph of one operator, run forward. */
final class OneOp {

  private final Session session;
  private final List<String> outputs = new ArrayList<>();

  private OneOp(Session session, int outputs) {
    this.session = session;
    for (int i = 0; i < outputs; i++) {
      this.outputs.add("output" + i);
    }
  }

  /** In an inference run. */
  static OneOp inference(Backend backend, Op op, Tensor... inputs) {
    return run(SessionOptions.inference().on(backend), op, inputs);
  }

  /** In a training run. */
  static OneOp training(Backend backend, Op op, Tensor... inputs) {
    return run(SessionOptions.training(1).on(backend), op, inputs);
  }

  private static OneOp run(SessionOptions options, Op op, Tensor... inputs) {
    Graph.Builder g = new Graph.Builder(op.spec().name());
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      String name = "input" + i;
      boolean real = op.accepts(i).contains(ElementType.FLOAT);
      values.add(
          real && op.learns(i)
              ? g.parameter(name, inputs[i])
              : g.buffer(name, real ? ElementType.FLOAT : ElementType.INT64, inputs[i]));
    }
    int count = op.inferShapes(values.stream().map(Value::shape).toList()).size();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add("output" + i);
    }
    List<Value> out = g.node("op", op, values, names);
    Session s = new Session(g.build(out.toArray(Value[]::new)), options);
    s.forward();
    return new OneOp(s, count);
  }

  /** An output. */
  Tensor output(int i) {
    return session.value(outputs.get(i));
  }

  /** An input, which the run may have changed. */
  Tensor input(int i) {
    return session.value("input" + i);
  }

  /** Runs backward from the derivative by the first output. */
  OneOp backward(Tensor cotangent) {
    for (String o : outputs) {
      session.cotangent(o).fill(0);
    }
    session.cotangent("output0").copyFrom(cotangent);
    session.backward();
    return this;
  }

  /** The derivative by an input. */
  Tensor gradient(int i) {
    return session.gradient("input" + i);
  }
}
