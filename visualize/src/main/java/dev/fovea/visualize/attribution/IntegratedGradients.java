package dev.fovea.visualize.attribution;

import dev.fovea.engine.tensor.Tensor;

/**
 * Integrated gradients: the gradient along the straight line from a baseline to the input, {@code
 * a_i = (x_i - b_i) integral_0^1 dS/dx_i (b + t (x - b)) dt}, by the midpoint rule. The
 * attributions of all elements sum to {@code S(x) - S(b)} (completeness); how far the rule is from
 * that says whether the steps are enough. Sundararajan, Taly and Yan, "Axiomatic attribution for
 * deep networks", ICML 2017.
 *
 * @param steps how many points of the line, at least 1
 * @param baseline the input that says nothing, in the shape of the input; null for all zeros
 */
public record IntegratedGradients(int steps, Tensor baseline) implements Attribution {

  /** Checks the steps. */
  public IntegratedGradients {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "integrated gradients: found steps " + steps + ", expected at least 1");
    }
  }

  /** From an input of zeros. */
  public IntegratedGradients(int steps) {
    this(steps, null);
  }

  /**
   * Whether attributions sum to what they explain.
   *
   * @param sum of all attributions
   * @param difference score of the input less that of the baseline
   */
  public record Completeness(double sum, double difference) {

    /** {@code |sum - difference| / |difference|}. */
    public double relativeError() {
      return Math.abs(sum - difference) / Math.abs(difference);
    }
  }

  @Override
  public Tensor attribute(
      ExplainedNetwork network, Tensor input, Target target, Progress progress) {
    Tensor from = baselineOf(input);
    Tensor at = Tensor.zeros(input.shape());
    MeanTensor mean = new MeanTensor(input.shape());
    for (int k = 0; k < steps; k++) {
      double t = (k + 0.5) / steps;
      for (int i = 0; i < input.size(); i++) {
        at.array()[i] = (float) (from.get(i) + t * (input.get(i) - from.get(i)));
      }
      mean.add(network.gradient(at, target, ReluRule.GRADIENT));
      progress.done(k + 1, steps);
    }
    Tensor result = mean.get();
    for (int i = 0; i < input.size(); i++) {
      result.array()[i] *= input.get(i) - from.get(i);
    }
    return result;
  }

  private Tensor baselineOf(Tensor input) {
    if (baseline == null) {
      return Tensor.zeros(input.shape());
    }
    if (!baseline.shape().equals(input.shape())) {
      throw new IllegalArgumentException(
          "integrated gradients: found a baseline "
              + baseline.shape()
              + ", expected "
              + input.shape());
    }
    return baseline;
  }

  /**
   * Compares the sum of an attribution with what it explains.
   *
   * @param attribution of this method for the same network, input and target
   */
  public Completeness completeness(
      ExplainedNetwork network, Tensor input, Target target, Tensor attribution) {
    double sum = 0;
    for (int i = 0; i < attribution.size(); i++) {
      sum += attribution.get(i);
    }
    double difference = network.score(input, target) - network.score(baselineOf(input), target);
    return new Completeness(sum, difference);
  }

  @Override
  public HeatMap.Summary summary() {
    return HeatMap.Summary.TOTAL;
  }
}
