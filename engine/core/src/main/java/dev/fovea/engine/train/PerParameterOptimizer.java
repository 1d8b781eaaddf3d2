package dev.fovea.engine.train;

import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An optimizer that treats every parameter alike and alone, with a fixed number of state tensors.
 */
abstract class PerParameterOptimizer implements Optimizer {

  private final int slots;
  private final List<Tensor> state = new ArrayList<>();
  private List<Tensor> parameters = List.of();
  private double[] rateFactors = {};
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
  public final void attach(List<Tensor> parameters, double[] rateFactors) {
    if (rateFactors.length != parameters.size()) {
      throw new IllegalArgumentException(
          "expected " + parameters.size() + " rate factors, found " + rateFactors.length);
    }
    this.parameters = List.copyOf(parameters);
    this.rateFactors = rateFactors.clone();
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
          parameters.get(i),
          gradients.get(i),
          rate * rateFactors[i],
          state.subList(i * slots, i * slots + slots));
    }
  }

  /** Changes one parameter and its state; {@link #steps} counts this step already. */
  abstract void update(Tensor parameter, Tensor gradient, double rate, List<Tensor> state);

  /** Refuses decay rates outside of [0, 1) and an epsilon that is not positive. */
  static void check(String name, double epsilon, double... decays) {
    boolean fine = epsilon > 0;
    for (double d : decays) {
      fine &= d >= 0 && d < 1;
    }
    if (!fine) {
      throw new IllegalArgumentException(
          name
              + ": expected decay rates in [0, 1) and epsilon > 0, found "
              + Arrays.toString(decays)
              + " and "
              + epsilon);
    }
  }

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
