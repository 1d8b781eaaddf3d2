package dev.fovea.visualize.style;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.visualize.features.FeatureLoss;

/**
 * A loss on a part of a picture: features are multiplied by a mask {@code m} of their size and by
 * {@code sqrt(H W / sum m^2)}, so that the Gram matrix is that of the part alone. Gatys et al.,
 * "Controlling perceptual factors in neural style transfer", CVPR 2017.
 *
 * @param loss on the masked features
 * @param mask {@code [1, 1, H, W]} of the picture, from 0 to 1; brought to the size of the features
 *     by the mean of what lies under each
 */
record MaskedLoss(FeatureLoss loss, Tensor mask) implements FeatureLoss {

  @Override
  public double evaluate(Tensor features, Tensor gradient) {
    Shape shape = features.shape();
    float[] factors = factors(shape.dim(2), shape.dim(3));
    Tensor masked = features.copy();
    multiply(masked, factors);
    double value = loss.evaluate(masked, gradient);
    multiply(gradient, factors);
    return value;
  }

  private float[] factors(int height, int width) {
    float[] factors = new float[height * width];
    double squares = 0;
    for (int i = 0; i < factors.length; i++) {
      factors[i] = mean(i / width, height, i % width, width);
      squares += (double) factors[i] * factors[i];
    }
    double scale = squares == 0 ? 0 : Math.sqrt(factors.length / squares);
    for (int i = 0; i < factors.length; i++) {
      factors[i] *= (float) scale;
    }
    return factors;
  }

  private float mean(int row, int rows, int column, int columns) {
    int height = mask.shape().dim(2);
    int width = mask.shape().dim(3);
    int top = row * height / rows;
    int bottom = Math.max(top + 1, (row + 1) * height / rows);
    int left = column * width / columns;
    int right = Math.max(left + 1, (column + 1) * width / columns);
    double sum = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        sum += mask.get(y * width + x);
      }
    }
    return (float) (sum / ((double) (bottom - top) * (right - left)));
  }

  private static void multiply(Tensor planes, float[] factors) {
    for (int i = 0; i < planes.size(); i++) {
      planes.array()[planes.offset() + i] *= factors[i % factors.length];
    }
  }
}
