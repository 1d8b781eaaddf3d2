package dev.fovea.engine.train;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** A learner of one session: all losses look at outputs of one run. Not thread-safe. */
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

  private final Session session;
  private final Objective objective;
  private final List<Tensor> outputs;
  private final List<Tensor> cotangents;
  private final Parallel parallel;
  private Map<String, Double> losses = Map.of();

  /**
   * Opens a network.
   *
   * @param input shape of a batch
   * @param options for training, with the outputs that the objective looks at
   */
  public SessionLearner(Graph graph, Shape input, SessionOptions options, Objective objective) {
    this.objective = objective;
    this.session = new Session(graph, options, input);
    this.outputs = options.outputs().stream().map(session::value).toList();
    this.parallel = new Parallel(options.threads());
    // Nothing may be left to train, which is the trainer's to refuse.
    this.cotangents =
        session.parameterGradients().isEmpty()
            ? List.of()
            : options.outputs().stream().map(session::cotangent).toList();
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
    return session.graph();
  }

  @Override
  public Tensor input() {
    return session.input(0);
  }

  @Override
  public double evaluate(Tensor target, Tensor weights, long step) {
    session.setStep(step);
    session.forward();
    losses = objective.evaluate(outputs, target, weights, cotangents, parallel);
    return losses.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  @Override
  public Map<String, Double> losses() {
    return losses;
  }

  @Override
  public void backward() {
    session.zeroGradients();
    session.backward();
  }

  @Override
  public Map<Value, Tensor> gradients() {
    return session.parameterGradients();
  }

  @Override
  public Tensor output() {
    return outputs.get(0);
  }

  @Override
  public void observe(Session.Observer observer) {
    session.observe(observer);
  }

  @Override
  public long plannedBytes() {
    return session.plannedBytes();
  }
}
