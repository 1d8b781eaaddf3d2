package dev.fovea.engine.train;

import dev.fovea.engine.op.ShapeException;
import dev.fovea.engine.tensor.Tensor;

/**
 * The middle of a variational autoencoder: an encoder gives mean {@code m} and logarithm of the
 * variance {@code v} of a normal distribution for each sample, a decoder gets a draw {@code z} from
 * it. What is made small, the negative evidence lower bound, is the loss of what the decoder says
 * (a sum for each sample, see {@link Reduction#PER_SAMPLE}) plus {@link #divergence}. Kingma and
 * Welling, "Auto-encoding variational Bayes", ICLR 2014.
 *
 * <p>All tensors {@code [N, D]}, in host memory.
 */
public final class GaussianLatent {

  private GaussianLatent() {}

  /**
   * Draws by "reparameterisation": {@code z = m + exp(v / 2) noise}.
   *
   * @param noise standard normal
   * @param z overwritten
   */
  public static void draw(Tensor mean, Tensor logVariance, Tensor noise, Tensor z) {
    check(mean, logVariance, noise, z);
    for (int i = 0; i < z.size(); i++) {
      z.array()[z.offset() + i] =
          (float) (mean.get(i) + Math.exp(logVariance.get(i) / 2.0) * noise.get(i));
    }
  }

  /**
   * The gradient of {@link #draw}.
   *
   * @param ofZ gradient by the draw
   * @param ofMean added to
   * @param ofLogVariance added to
   */
  public static void backward(
      Tensor logVariance, Tensor noise, Tensor ofZ, Tensor ofMean, Tensor ofLogVariance) {
    check(logVariance, noise, ofZ, ofMean, ofLogVariance);
    for (int i = 0; i < ofZ.size(); i++) {
      double deviation = Math.exp(logVariance.get(i) / 2.0);
      ofMean.array()[ofMean.offset() + i] += ofZ.get(i);
      ofLogVariance.array()[ofLogVariance.offset() + i] +=
          (float) (ofZ.get(i) * deviation * noise.get(i) / 2);
    }
  }

  /**
   * Kullback-Leibler divergence from the standard normal distribution, in the mean over samples:
   * {@code sum (exp v + m^2 - 1 - v) / 2 / N}.
   *
   * @param ofMean overwritten with the derivative by the mean; may be null
   * @param ofLogVariance overwritten with that by the logarithm of the variance; may be null
   */
  public static double divergence(
      Tensor mean, Tensor logVariance, Tensor ofMean, Tensor ofLogVariance) {
    check(mean, logVariance);
    int samples = mean.shape().dim(0);
    double sum = 0;
    for (int i = 0; i < mean.size(); i++) {
      double m = mean.get(i);
      double v = logVariance.get(i);
      sum += (Math.expm1(v) + m * m - v) / 2;
      if (ofMean != null) {
        ofMean.array()[ofMean.offset() + i] = (float) (m / samples);
      }
      if (ofLogVariance != null) {
        ofLogVariance.array()[ofLogVariance.offset() + i] = (float) (Math.expm1(v) / 2 / samples);
      }
    }
    return sum / samples;
  }

  private static void check(Tensor first, Tensor... others) {
    for (Tensor t : others) {
      if (!t.shape().equals(first.shape())) {
        throw new ShapeException(
            "GaussianLatent: expected tensors of one shape, found "
                + first.shape()
                + " and "
                + t.shape());
      }
    }
  }
}
