package dev.fovea.visualize.features;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/**
 * How restless a picture is: the sum over all channels of the squared differences of neighbours,
 * {@code sum (x[y+1, x] - x[y, x])^2 + (x[y, x+1] - x[y, x])^2}. As a part of an objective it takes
 * away the high frequencies that networks answer to and people do not see. Mahendran and Vedaldi,
 * "Understanding deep image representations by inverting them", CVPR 2015, with exponent 2.
 * Immutable and thread-safe.
 */
public record TotalVariation() implements PictureObjective {

  @Override
  public double evaluate(Tensor picture, Tensor gradient) {
    gradient.fill(0);
    Shape shape = picture.shape();
    int width = shape.dim(shape.rank() - 1);
    int height = shape.dim(shape.rank() - 2);
    double sum = 0;
    for (int i = 0; i < picture.size(); i++) {
      if ((i + 1) % width != 0) {
        sum += pair(picture, gradient, i, i + 1);
      }
      if (i / width % height != height - 1) {
        sum += pair(picture, gradient, i, i + width);
      }
    }
    return sum;
  }

  private static double pair(Tensor picture, Tensor gradient, int a, int b) {
    float d = picture.get(b) - picture.get(a);
    gradient.array()[gradient.offset() + a] -= 2 * d;
    gradient.array()[gradient.offset() + b] += 2 * d;
    return (double) d * d;
  }
}
