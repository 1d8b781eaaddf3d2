package dev.fovea.engine.image.augment;

import dev.fovea.engine.image.statistics.Covariance;
import dev.fovea.engine.image.statistics.SymmetricEigen;
import dev.fovea.engine.tensor.Tensor;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Adds to all pixels of a picture one colour along the principal axes of the training data's
 * colours: {@code sum_k a_k s_k p_k} with axes {@code p_k}, the standard deviations {@code s_k}
 * along them and normal {@code a_k}. Krizhevsky et al., "ImageNet classification with deep
 * convolutional neural networks", NIPS 2012, 4.1.
 *
 * <p>The paper says "eigenvalues"; its amounts, and what everybody has used since, are those of
 * their square roots: eigenvalues of pixels in 0..255 would be colours in the thousands. Immutable
 * and thread-safe.
 */
public final class PcaLighting implements Change {

  /** The paper's standard deviation of {@code a}. */
  public static final double DEFAULT_STRENGTH = 0.1;

  private final double strength;
  private final double[][] steps;

  private PcaLighting(double strength, double[][] steps) {
    this.strength = strength;
    this.steps = steps;
  }

  /**
   * A change for pictures with these colours.
   *
   * @param colors covariance of the three channels over the pixels of the training data
   * @param strength standard deviation of {@code a}, 0 or more
   */
  public static PcaLighting of(Covariance colors, double strength) {
    if (colors.size() != 3 || !(strength >= 0)) {
      throw new IllegalArgumentException(
          "PCA lighting: found "
              + colors.size()
              + " channels, strength "
              + strength
              + ", expected 3 and 0 or more");
    }
    SymmetricEigen eigen = SymmetricEigen.of(colors.matrix());
    double[][] steps = new double[3][3];
    for (int k = 0; k < 3; k++) {
      double deviation = Math.sqrt(Math.max(0, eigen.values()[k]));
      for (int c = 0; c < 3; c++) {
        steps[k][c] = deviation * eigen.vectors()[k][c];
      }
    }
    return new PcaLighting(strength, steps);
  }

  @Override
  public Tensor apply(Tensor picture, SplittableRandom random) {
    Pictures.requireColor(picture, "PCA lighting");
    // Random, because its Gaussian numbers are specified and thus the same in every Java version.
    Random normal = new Random(random.nextLong());
    double[] color = new double[3];
    for (double[] step : steps) {
      double a = strength * normal.nextGaussian();
      for (int c = 0; c < 3; c++) {
        color[c] += a * step[c];
      }
    }
    Tensor result = picture.copy();
    int pixels = result.size() / 3;
    for (int i = 0; i < result.size(); i++) {
      result.array()[i] += (float) color[i / pixels];
    }
    return result;
  }
}
