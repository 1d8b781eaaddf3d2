package dev.fovea.visualize.attribution;

import dev.fovea.engine.tensor.Tensor;

/**
 * Input times gradient: {@code a_i = x_i dS/dx_i}, what each element adds to the score of the
 * network's linear approximation at the input. Shrikumar, Greenside and Kundaje, 2016.
 */
public record InputGradient() implements Attribution {

  @Override
  public Tensor attribute(
      ExplainedNetwork network, Tensor input, Target target, Progress progress) {
    Tensor result = network.gradient(input, target, ReluRule.GRADIENT);
    for (int i = 0; i < result.size(); i++) {
      result.array()[i] *= input.get(i);
    }
    return result;
  }

  @Override
  public HeatMap.Summary summary() {
    return HeatMap.Summary.TOTAL;
  }
}
