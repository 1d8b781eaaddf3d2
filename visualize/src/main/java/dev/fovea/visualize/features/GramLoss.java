package dev.fovea.visualize.features;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/**
 * How far the texture of features is from that of others: {@code E = s sum_ij (G_ij - A_ij)^2} of
 * the {@linkplain GramMatrix Gram matrices} G and A, with the gradient {@code dE/dF = 4 s (G - A) F
 * / (H W)}. The papers' losses differ by the factor s alone.
 */
public final class GramLoss implements FeatureLoss {
  private final Tensor target;
  private final double scale;

  /**
   * A loss.
   *
   * @param target the Gram matrix {@code [C, C]} to come near to
   * @param scale the factor s
   */
  public GramLoss(Tensor target, double scale) {
    Shape shape = target.shape();
    if (shape.rank() != 2 || shape.dim(0) != shape.dim(1)) {
      throw new IllegalArgumentException(
          "Gram loss: found a target " + shape + ", expected [C, C]");
    }
    this.target = target.copy();
    this.scale = scale;
  }

  /**
   * {@code sum (G - A)^2 / (4 C^2)}: the paper's {@code sum (FF^T - PP^T)^2 / (4 C^2 M^2)} for M
   * places each. Gatys, Ecker and Bethge, CVPR 2016.
   */
  public static GramLoss gatys(Tensor target) {
    double channels = target.shape().dim(0);
    return new GramLoss(target, 1 / (4 * channels * channels));
  }

  /**
   * The mean square of the difference of matrices that are divided by {@code C} besides: {@code sum
   * (G - A)^2 / C^4}. Johnson, Alahi and Fei-Fei, ECCV 2016.
   */
  public static GramLoss johnson(Tensor target) {
    double channels = target.shape().dim(0);
    return new GramLoss(target, Math.pow(channels, -4));
  }

  @Override
  public double evaluate(Tensor features, Tensor gradient) {
    Tensor difference = GramMatrix.of(features);
    if (!difference.shape().equals(target.shape())) {
      throw new IllegalArgumentException(
          "Gram loss: found features "
              + features.shape()
              + ", expected "
              + target.shape().dim(0)
              + " channels");
    }
    double sum = 0;
    for (int i = 0; i < difference.size(); i++) {
      double d = (double) difference.get(i) - target.get(i);
      difference.array()[i] = (float) d;
      sum += d * d;
    }
    Tensor rows = GramMatrix.rows(features);
    float factor = (float) (4 * scale / rows.shape().dim(1));
    GramMatrix.kernels().gemm(false, false, factor, difference, rows, 0, GramMatrix.rows(gradient));
    return scale * sum;
  }
}
