package dev.fovea.visualize.adversarial;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Learner;
import java.util.Map;

/**
 * Adversarial training: each batch is replaced by adversarial examples against the network as it is
 * at that step, {@code min_w E max_{|d| <= epsilon} L(w, x + d, y)}. Madry et al., "Towards deep
 * learning models resistant to adversarial attacks", ICLR 2018.
 *
 * <p>The examples are made in inference mode: no element is dropped, and batch normalisation uses
 * what it has learnt. In the first steps the radius grows from 0, as a network that cannot do
 * anything yet learns nothing from the hardest examples. Not thread-safe.
 */
public final class AdversarialLearner implements Learner {
  private final Learner learner;
  private final ChannelUnits units;
  private final DifferentiableModel model;
  private final Schedule schedule;
  private final Tensor clean;
  private final long seed;

  /**
   * The attack of each step.
   *
   * @param attack at its full strength
   * @param rampSteps number of steps in which the radius grows linearly; 0 for none
   */
  public record Schedule(ProjectedGradient attack, int rampSteps) {

    /** The attack of a step, counted from 0. */
    ProjectedGradient at(long step) {
      return step >= rampSteps ? attack : attack.scaled((step + 1.0) / (rampSteps + 1));
    }
  }

  private AdversarialLearner(
      Learner learner,
      ChannelUnits units,
      DifferentiableModel network,
      Schedule schedule,
      long seed) {
    this.learner = learner;
    this.units = units;
    this.model = units.of(network);
    this.schedule = schedule;
    this.seed = seed;
    this.clean = Tensor.zeros(learner.input().shape());
  }

  /**
   * Opens learners of adversarial examples.
   *
   * @param opening opens what learns from them
   * @param score name of the logits that are attacked, {@code [N, K]}
   * @param pixels brings the network's inputs to the units of the ball
   * @param schedule the attack
   */
  public static Opening opening(
      Opening opening, String score, ChannelUnits pixels, Schedule schedule) {
    return new Opening() {
      @Override
      public Learner open(Graph graph, Shape input, SessionOptions options) {
        SessionOptions attacking =
            SessionOptions.inference().on(options.backend()).withThreads(options.threads());
        Graph attacked = graph.withOutputs(score);
        return new AdversarialLearner(
            opening.open(graph, input, options),
            pixels,
            NetworkModel.of(attacked, score, attacking),
            schedule,
            options.seed());
      }

      @Override
      public String describe() {
        return opening.describe() + " against " + schedule;
      }
    };
  }

  @Override
  public Graph graph() {
    return learner.graph();
  }

  @Override
  public Tensor input() {
    return clean;
  }

  @Override
  public double evaluate(Tensor target, Tensor weights, long step) {
    int[] labels = new int[target.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (int) target.get(i);
    }
    Tensor pixels = units.toPixels(clean);
    Tensor adversarial =
        schedule.at(step).perturb(model, pixels, Goal.awayFrom(labels), seed + step);
    learner.input().copyFrom(units.toInputs(adversarial));
    return learner.evaluate(target, weights, step);
  }

  @Override
  public Map<String, Double> losses() {
    return learner.losses();
  }

  @Override
  public void backward() {
    learner.backward();
  }

  @Override
  public Map<Value, Tensor> gradients() {
    return learner.gradients();
  }

  @Override
  public Tensor output() {
    return learner.output();
  }

  @Override
  public void observe(Session.Observer observer) {
    learner.observe(observer);
  }

  @Override
  public long plannedBytes() {
    return learner.plannedBytes();
  }
}
