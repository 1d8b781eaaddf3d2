package dev.fovea.visualize.features;

import dev.fovea.engine.tensor.Tensor;

/**
 * How far features are from given ones: {@code s sum (F - P)^2}. With {@code s = 1/2} the content
 * loss of Gatys, Ecker and Bethge, CVPR 2016; with one over the number of features that of Johnson,
 * Alahi and Fei-Fei, ECCV 2016; with one over {@code sum P^2} that of the feature inversion of
 * Mahendran and Vedaldi, CVPR 2015.
 */
public final class SquaredDistance implements FeatureLoss {
  private final Tensor target;
  private final double scale;

  /**
   * A loss.
   *
   * @param target the features to come near to, copied
   * @param scale the factor s
   */
  public SquaredDistance(Tensor target, double scale) {
    this.target = target.copy();
    this.scale = scale;
  }

  /** The distance as a share of the length of the target: 1 for features that are all zero. */
  public static SquaredDistance relative(Tensor target) {
    double square = 0;
    for (int i = 0; i < target.size(); i++) {
      square += (double) target.get(i) * target.get(i);
    }
    return new SquaredDistance(target, 1 / Math.max(square, Float.MIN_NORMAL));
  }

  @Override
  public double evaluate(Tensor features, Tensor gradient) {
    if (!features.shape().equals(target.shape())) {
      throw new IllegalArgumentException(
          "feature distance: found features " + features.shape() + ", expected " + target.shape());
    }
    double sum = 0;
    for (int i = 0; i < target.size(); i++) {
      double d = (double) features.get(i) - target.get(i);
      gradient.array()[gradient.offset() + i] = (float) (2 * scale * d);
      sum += d * d;
    }
    return scale * sum;
  }
}
