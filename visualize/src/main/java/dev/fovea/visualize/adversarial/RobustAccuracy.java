package dev.fovea.visualize.adversarial;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.TrainingData;
import dev.fovea.engine.train.Validator;
import java.util.Map;

/**
 * The share of samples that a classifier tells right although they are attacked, as figure {@link
 * #FIGURE}. Thread-safe.
 *
 * @param samples with a class index as target
 * @param score name of the logits, {@code [N, K]}
 * @param units of the samples
 * @param attack on them
 * @param limit most samples to measure on, evenly chosen
 * @param options where to run
 * @param seed of the attack
 */
public record RobustAccuracy(
    TrainingData samples,
    String score,
    ChannelUnits units,
    Attack attack,
    int limit,
    SessionOptions options,
    long seed)
    implements Validator {

  /** Name of the figure. */
  public static final String FIGURE = "robust_accuracy";

  private static final int BATCH = 100;

  @Override
  public Map<String, Double> validate(Graph graph) {
    DifferentiableModel model = units.of(NetworkModel.of(graph.withOutputs(score), score, options));
    int count = Math.min(limit, samples.size());
    int right = 0;
    for (int first = 0; first < count; first += BATCH) {
      right += right(model, first, Math.min(BATCH, count - first), count);
    }
    return Map.of(FIGURE, (double) right / count);
  }

  private int right(DifferentiableModel model, int first, int n, int count) {
    Tensor inputs = Tensor.zeros(samples.inputShape().under(n));
    Tensor target = Tensor.zeros(n);
    for (int i = 0; i < n; i++) {
      int index = (int) ((long) (first + i) * samples.size() / count);
      samples.sample(
          index,
          seed,
          inputs.slice(i, i + 1).reshape(samples.inputShape()),
          target.slice(i, i + 1).reshape(samples.targetShape()),
          null);
    }
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = (int) target.get(i);
    }
    Goal goal = Goal.awayFrom(labels);
    Tensor adversarial = attack.perturb(model, units.toPixels(inputs), goal, seed + first);
    int right = 0;
    for (double reached : goal.reached(model.scores(adversarial))) {
      right += reached == 0 ? 1 : 0;
    }
    return right;
  }
}
