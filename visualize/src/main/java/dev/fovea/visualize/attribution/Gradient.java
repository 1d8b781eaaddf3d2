package dev.fovea.visualize.attribution;

import dev.fovea.engine.tensor.Tensor;

/**
 * The derivative of the score by each element of the input, as it is or with another way back
 * through rectifiers. With {@link ReluRule#GRADIENT} the saliency of Simonyan, Vedaldi and
 * Zisserman, "Deep inside convolutional networks", ICLR workshop 2014; with {@link ReluRule#GUIDED}
 * guided backpropagation; with {@link ReluRule#DECONVNET} the deconvolutional network.
 *
 * @param rule the way back through rectifiers
 */
public record Gradient(ReluRule rule) implements Attribution {

  @Override
  public Tensor attribute(
      ExplainedNetwork network, Tensor input, Target target, Progress progress) {
    return network.gradient(input, target, rule);
  }

  @Override
  public HeatMap.Summary summary() {
    return HeatMap.Summary.LARGEST;
  }
}
