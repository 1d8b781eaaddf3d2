package dev.fovea.engine.train;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A learner of one session: all losses look at outputs of one run. Not thread-safe.
 *
 * <p>The session runs the graph as it is planned for the backend ({@link
 * Passes#plannedForTraining}), with other values in between. Onlookers see the graph as it was
 * given: what they look at is run by a second session, opened when somebody looks first.
 */
public final class SessionLearner implements Learner {

  /** What is made small: losses of the outputs of a network. Stateless and thread-safe. */
  @FunctionalInterface
  public interface Objective {

    /**
     * Values and gradients.
     *
     * @param outputs what the network says
     * @param target what is right
     * @param weights a factor for each target element, or null for ones
     * @param gradients one for each output, overwritten with the derivatives of the sum of the
     *     losses
     * @param parallel the threads to use; their number does not change the result
     * @return the losses by name, weighted as they are summed
     */
    Map<String, Double> evaluate(
        List<Tensor> outputs,
        Tensor target,
        Tensor weights,
        List<Tensor> gradients,
        Parallel parallel);

    /** A loss of one output. */
    static Objective of(Loss loss) {
      return (outputs, target, weights, gradients, parallel) ->
          Map.of(
              "loss", loss.evaluate(outputs.get(0), target, weights, gradients.get(0), parallel));
    }
  }

  /** A session with what the objective reads and writes of it. */
  private record Run(Session session, List<Tensor> outputs, List<Tensor> cotangents) {

    static Run open(Graph graph, Shape input, SessionOptions options, boolean backward) {
      Session session = new Session(graph, options, input);
      return new Run(
          session,
          options.outputs().stream().map(session::value).toList(),
          backward ? options.outputs().stream().map(session::cotangent).toList() : List.of());
    }
  }

  private final Graph graph;
  private final Run run;
  private final Objective objective;
  private final Map<Value, Tensor> gradients = new LinkedHashMap<>();
  private final Parallel parallel;
  private Map<String, Double> losses = Map.of();
  // The graph as it was given, for onlookers; null as long as there was none.
  private Run shown;
  private Session.Observer observer;
  private boolean shownForward;
  private Tensor target;
  private Tensor weights;
  private long step;

  /**
   * Opens a network.
   *
   * @param input shape of a batch
   * @param options for training, with the outputs that the objective looks at
   */
  public SessionLearner(Graph graph, Shape input, SessionOptions options, Objective objective) {
    this.graph = graph;
    this.objective = objective;
    List<Value> learnt =
        graph.parameters().stream().filter(v -> !options.frozen().contains(v.name())).toList();
    Graph planned = Passes.plannedForTraining(graph, options, List.of(input));
    // Nothing may be left to train, which is the trainer's to refuse.
    this.run = Run.open(planned, input, options, !learnt.isEmpty());
    Map<String, Tensor> byName = new HashMap<>();
    run.session.parameterGradients().forEach((v, g) -> byName.put(v.name(), g));
    for (Value v : learnt) {
      // Planning leaves out what no output needs: its gradient stays zero.
      Tensor found = byName.get(v.name());
      gradients.put(v, found == null ? Tensor.zeros(v.shape()) : found);
    }
    this.parallel = new Parallel(options.threads());
  }

  /** Opens learners of some outputs. */
  public static Opening opening(Objective objective, String description, String... outputs) {
    return new Opening() {
      @Override
      public Learner open(Graph graph, Shape input, SessionOptions options) {
        return new SessionLearner(graph, input, options.withOutputs(outputs), objective);
      }

      @Override
      public String describe() {
        return description;
      }
    };
  }

  @Override
  public Graph graph() {
    return graph;
  }

  @Override
  public Tensor input() {
    return run.session.input(0);
  }

  @Override
  public double evaluate(Tensor target, Tensor weights, long step) {
    this.target = target;
    this.weights = weights;
    this.step = step;
    shownForward = false;
    if (isPlanned() && observer != null) {
      showForward();
    }
    losses = forward(run);
    return losses.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  private Map<String, Double> forward(Run r) {
    r.session.setStep(step);
    r.session.forward();
    return objective.evaluate(r.outputs, target, weights, r.cotangents, parallel);
  }

  /** Whether another graph runs than the one that was given. */
  private boolean isPlanned() {
    return run.session.graph() != graph;
  }

  /** Runs the graph as it was given on the same batch; running statistics stay as they are. */
  private void showForward() {
    if (shown == null) {
      shown = Run.open(graph, input().shape(), run.session.options(), !gradients.isEmpty());
    }
    List<Tensor> running = graph.buffers().stream().map(Value::tensor).toList();
    List<Tensor> kept = running.stream().map(Tensor::copy).toList();
    shown.session.input(0).copyFrom(input());
    shown.session.observe(observer);
    forward(shown);
    for (int i = 0; i < kept.size(); i++) {
      running.get(i).copyFrom(kept.get(i));
    }
    shownForward = true;
  }

  @Override
  public Map<String, Double> losses() {
    return losses;
  }

  @Override
  public void backward() {
    if (isPlanned() && observer != null) {
      showBackward();
    }
    run.session.zeroGradients();
    run.session.backward();
  }

  private void showBackward() {
    if (!shownForward) {
      // The onlooker came after the forward run, and is not to see that.
      Session.Observer late = observer;
      observer = null;
      showForward();
      observer = late;
    }
    shown.session.observe(observer);
    shown.session.zeroGradients();
    shown.session.backward();
    shownForward = false;
  }

  @Override
  public Map<Value, Tensor> gradients() {
    return Collections.unmodifiableMap(gradients);
  }

  @Override
  public Tensor output() {
    return run.outputs.get(0);
  }

  @Override
  public void observe(Session.Observer observer) {
    this.observer = observer;
    if (!isPlanned()) {
      run.session.observe(observer);
    }
  }

  @Override
  public long plannedBytes() {
    return run.session.plannedBytes();
  }
}
