package dev.fovea.visualize.synthesis;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.visualize.features.FeatureLoss;

/**
 * Makes features strong. Without a channel {@code -1/2 sum a^2}, whose gradient is {@code -a}: what
 * is there gets more of itself, DeepDream's objective (Mordvintsev, Olah and Tyka, 2015). With a
 * channel minus the sum of it over all places: of scores {@code [1, K]} minus the score of a class
 * (Simonyan, Vedaldi and Zisserman, 2014), of a hidden layer what one feature detector looks for.
 *
 * @param channel which one; -1 for all
 */
public record ActivationLoss(int channel) implements FeatureLoss {

  @Override
  public double evaluate(Tensor features, Tensor gradient) {
    return channel < 0 ? energy(features, gradient) : single(features, gradient);
  }

  private static double energy(Tensor features, Tensor gradient) {
    double sum = 0;
    for (int i = 0; i < features.size(); i++) {
      float a = features.get(i);
      sum += (double) a * a;
      gradient.array()[gradient.offset() + i] = -a;
    }
    return -sum / 2;
  }

  private double single(Tensor features, Tensor gradient) {
    Shape shape = features.shape();
    if (shape.rank() < 2 || channel >= shape.dim(1)) {
      throw new IllegalArgumentException(
          "activation: found channel "
              + channel
              + " of "
              + shape
              + ", expected one of [N, C, ...]");
    }
    int pixels = shape.size(2, shape.rank());
    gradient.fill(0);
    double sum = 0;
    for (int i = channel * pixels; i < (channel + 1) * pixels; i++) {
      sum += features.get(i);
      gradient.array()[gradient.offset() + i] = -1;
    }
    return -sum;
  }
}
