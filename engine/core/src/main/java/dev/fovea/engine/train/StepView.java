package dev.fovea.engine.train;

import dev.fovea.engine.graph.Value;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;

/**
 * One step of a training, just done. The tensors are the trainer's own: to be read while {@link
 * TrainingListener#inspect} runs, not to be changed or kept.
 *
 * @param step from 0, over all epochs
 * @param loss of this step's batch, before the update
 * @param rate learning rate of the update
 * @param input the batch {@code [N, ...]}
 * @param output what the network said to it before the update
 * @param parameters the parameters that are trained, in the order of the graph
 */
public record StepView(
    long step, double loss, double rate, Tensor input, Tensor output, List<Parameter> parameters) {

  /** Copies the list. */
  public StepView {
    parameters = List.copyOf(parameters);
  }

  /**
   * A parameter.
   *
   * @param value of the graph; {@link Value#name} and shape
   * @param now its elements after the update
   * @param gradient of the loss, penalty included, that the update was made by
   * @param update {@code now} less what it was before
   */
  public record Parameter(Value value, Tensor now, Tensor gradient, Tensor update) {

    /** {@code |update| / |before|}, the course's ratio of about 1e-3; infinite from all zeros. */
    public double updateRatio() {
      double change = 0;
      double before = 0;
      for (int i = 0; i < now.size(); i++) {
        double u = update.get(i);
        double b = now.get(i) - u;
        change += u * u;
        before += b * b;
      }
      return change == 0 ? 0 : Math.sqrt(change / before);
    }
  }
}
