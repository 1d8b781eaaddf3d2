package dev.fovea.samples.generative;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Optimizer;
import java.util.List;

/** A network with its session, which also gives the gradient by the input, and its optimizer. */
final class Learner {

  private final Session session;
  private final Optimizer optimizer;
  private final String input;

  Learner(Graph graph, Optimizer optimizer, Shape batch) {
    this.input = graph.inputs().get(0).name();
    this.session =
        new Session(graph, SessionOptions.training(0).withThreads(1).withGradients(input), batch);
    this.optimizer = optimizer;
    optimizer.attach(session.parameterGradients().keySet().stream().map(Value::tensor).toList());
  }

  Tensor forward(Tensor batch) {
    return session.forward(batch);
  }

  Tensor value(String name) {
    return session.value(name);
  }

  /** Where the gradient by an output goes before {@link #backward}. */
  Tensor cotangent(String output) {
    return session.cotangent(output);
  }

  /** Adds to the gradients of the parameters; returns the gradient by the input. */
  Tensor backward() {
    session.backward();
    return session.gradient(input);
  }

  void zeroGradients() {
    session.zeroGradients();
  }

  void step(double rate) {
    optimizer.step(List.copyOf(session.parameterGradients().values()), rate);
  }
}
