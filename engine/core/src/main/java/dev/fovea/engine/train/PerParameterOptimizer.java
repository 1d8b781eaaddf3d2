package dev.fovea.engine.train;

import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * An optimizer that treats every parameter alike and alone, with a fixed number of state tensors.
 */
abstract class PerParameterOptimizer implements Optimizer {

  private final int slots;
  private final List<Tensor> state = new ArrayList<>();
  private List<Tensor> parameters = List.of();
  private long steps;

  /**
   * With a number of state tensors for each parameter.
   *
   * @param slots how many, all starting at 0
   */
  PerParameterOptimizer(int slots) {
    this.slots = slots;
  }

  @Override
  public final void attach(List<Tensor> parameters) {
    this.parameters = List.copyOf(parameters);
    state.clear();
    for (Tensor p : parameters) {
      for (int s = 0; s < slots; s++) {
        state.add(Tensor.zeros(p.shape()));
      }
    }
  }

  @Override
  public final void step(List<Tensor> gradients, double rate) {
    if (gradients.size() != parameters.size()) {
      throw new IllegalArgumentException(
          "expected " + parameters.size() + " gradients, found " + gradients.size());
    }
    steps++;
    for (int i = 0; i < parameters.size(); i++) {
      update(
          parameters.get(i), gradients.get(i), rate, state.subList(i * slots, i * slots + slots));
    }
  }

  /** Changes one parameter and its state. */
  abstract void update(Tensor parameter, Tensor gradient, double rate, List<Tensor> state);

  @Override
  public final List<Tensor> state() {
    return List.copyOf(state);
  }

  @Override
  public final long steps() {
    return steps;
  }

  @Override
  public final void setSteps(long steps) {
    this.steps = steps;
  }
}
