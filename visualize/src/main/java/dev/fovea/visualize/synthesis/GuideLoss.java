package dev.fovea.visualize.synthesis;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.visualize.features.FeatureLoss;

/**
 * Pulls the features at each place towards those of a guide that are most like them: {@code - sum_p
 * max_q x_p y_q} with the vectors over channels {@code x_p} of the picture and {@code y_q} of the
 * guide. DeepDream's guided objective (Mordvintsev, Olah and Tyka, 2015).
 */
public final class GuideLoss implements FeatureLoss {
  private final Tensor guide;

  /**
   * A loss.
   *
   * @param guide features {@code [1, C, h, w]} of the guide, of any size
   */
  public GuideLoss(Tensor guide) {
    this.guide = guide.copy();
  }

  @Override
  public double evaluate(Tensor features, Tensor gradient) {
    Shape shape = features.shape();
    int channels = shape.dim(1);
    if (channels != guide.shape().dim(1)) {
      throw new IllegalArgumentException(
          "guide: found features " + shape + ", expected channels as of " + guide.shape());
    }
    int pixels = shape.size(2, 4);
    int places = guide.shape().size(2, 4);
    double sum = 0;
    for (int p = 0; p < pixels; p++) {
      double best = Double.NEGATIVE_INFINITY;
      int place = 0;
      for (int q = 0; q < places; q++) {
        double product = 0;
        for (int c = 0; c < channels; c++) {
          product += features.get(c * pixels + p) * guide.get(c * places + q);
        }
        if (product > best) {
          best = product;
          place = q;
        }
      }
      sum += best;
      for (int c = 0; c < channels; c++) {
        gradient.array()[gradient.offset() + c * pixels + p] = -guide.get(c * places + place);
      }
    }
    return -sum;
  }
}
