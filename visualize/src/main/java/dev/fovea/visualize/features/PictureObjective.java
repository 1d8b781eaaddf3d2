package dev.fovea.visualize.features;

import dev.fovea.engine.tensor.Tensor;

/** A number made of a picture, to be made small by changing the picture. */
@FunctionalInterface
public interface PictureObjective {

  /**
   * Evaluates.
   *
   * @param picture {@code [1, C, H, W]}; a host tensor, not modified
   * @param gradient of the same shape; overwritten by the derivative by each element
   * @return the value
   */
  double evaluate(Tensor picture, Tensor gradient);

  /** The sum of this objective and {@code weight} times another. */
  default PictureObjective plus(double weight, PictureObjective other) {
    return (picture, gradient) -> {
      double value = evaluate(picture, gradient);
      Tensor more = Tensor.zeros(gradient.shape());
      double added = other.evaluate(picture, more);
      for (int i = 0; i < more.size(); i++) {
        gradient.array()[gradient.offset() + i] += (float) (weight * more.get(i));
      }
      return value + weight * added;
    };
  }
}
