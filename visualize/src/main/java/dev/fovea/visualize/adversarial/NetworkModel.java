package dev.fovea.visualize.adversarial;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.SessionPool;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.zoo.Classifier;
import java.util.List;

/**
 * A network on its own inputs, whatever their units. It reads the weights of the graph itself, so
 * it sees every change of them: an attack in the midst of a training meets the network as it is.
 * Thread-safe.
 */
public final class NetworkModel implements DifferentiableModel {
  private final SessionPool sessions;
  private final String input;
  private final String score;

  private NetworkModel(SessionPool sessions, String input, String score) {
    this.sessions = sessions;
    this.input = input;
    this.score = score;
  }

  /**
   * The first output of a graph as a function of its only input; if the output is a softmax, what
   * goes into the softmax.
   */
  public static NetworkModel of(Graph graph, SessionOptions options) {
    return of(graph, Classifier.scores(graph).name(), options);
  }

  /**
   * A value of a graph as a function of its only input.
   *
   * @param score name of a value {@code [N, K, ...]}; {@code [N, K, 1, 1]} is taken for {@code [N,
   *     K]}
   * @throws GraphException if there is no such value, or more than one input
   */
  public static NetworkModel of(Graph graph, String score, SessionOptions options) {
    graph.value(score);
    if (graph.inputs().size() != 1) {
      throw new GraphException(
          "graph '"
              + graph.name()
              + "': found "
              + graph.inputs().size()
              + " inputs, expected one to attack");
    }
    String input = graph.inputs().get(0).name();
    SessionOptions both = options.withOutputs(score).withGradients(input);
    return new NetworkModel(
        new SessionPool(graph, both, (g, shapes) -> Passes.plannedForTraining(g, both, shapes)),
        input,
        score);
  }

  @Override
  public Tensor scores(Tensor x) {
    return sessions.with(List.of(x.shape()), session -> host(session.forward(x)));
  }

  @Override
  public Evaluation evaluate(Tensor x, Objective objective) {
    return sessions.with(List.of(x.shape()), session -> evaluate(session, x, objective));
  }

  private Evaluation evaluate(Session session, Tensor x, Objective objective) {
    Tensor scores = host(session.forward(x));
    Tensor cotangent = Tensor.zeros(scores.shape());
    double[] values = objective.evaluate(scores, cotangent);
    Tensor device = session.cotangent(score);
    backend().upload(cotangent.reshape(device.shape()), device);
    session.backward();
    return new Evaluation(scores, values, copy(session.gradient(input)));
  }

  /** A copy on the host, without extents of 1 that follow the classes. */
  private Tensor host(Tensor device) {
    Shape shape = device.shape();
    Tensor host = copy(device);
    boolean single = shape.rank() > 2 && shape.size(2, shape.rank()) == 1;
    return single ? host.reshape(shape.dim(0), shape.dim(1)) : host;
  }

  private Tensor copy(Tensor device) {
    Tensor host = Tensor.zeros(device.shape());
    backend().download(device, host);
    return host;
  }

  private Backend backend() {
    return sessions.options().backend();
  }
}
