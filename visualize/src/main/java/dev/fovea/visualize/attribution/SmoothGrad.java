package dev.fovea.visualize.attribution;

import dev.fovea.engine.tensor.Tensor;
import java.util.Random;

/**
 * The mean gradient over noisy copies of the input: {@code 1/n sum_k dS/dx (x + N(0, sigma^2))},
 * with sigma a share of the range of the input. Smilkov, Thorat, Kim, Viegas and Wattenberg,
 * "SmoothGrad: removing noise by adding noise", 2017.
 *
 * @param samples how many copies, at least 1
 * @param noise sigma as a share of the largest less the smallest element of the input
 * @param seed of the noise
 */
public record SmoothGrad(int samples, double noise, long seed) implements Attribution {

  /** With the paper's 50 samples and 15 % of noise. */
  public SmoothGrad(long seed) {
    this(50, 0.15, seed);
  }

  /** Checks the numbers. */
  public SmoothGrad {
    if (samples < 1 || !(noise >= 0)) {
      throw new IllegalArgumentException(
          "SmoothGrad: found samples "
              + samples
              + " and noise "
              + noise
              + ", expected at least 1 and at least 0");
    }
  }

  @Override
  public Tensor attribute(
      ExplainedNetwork network, Tensor input, Target target, Progress progress) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < input.size(); i++) {
      low = Math.min(low, input.get(i));
      high = Math.max(high, input.get(i));
    }
    double sigma = noise * (high - low);
    Random random = new Random(seed);
    Tensor noisy = Tensor.zeros(input.shape());
    MeanTensor mean = new MeanTensor(input.shape());
    for (int k = 0; k < samples; k++) {
      for (int i = 0; i < input.size(); i++) {
        noisy.array()[i] = (float) (input.get(i) + sigma * random.nextGaussian());
      }
      mean.add(network.gradient(noisy, target, ReluRule.GRADIENT));
      progress.done(k + 1, samples);
    }
    return mean.get();
  }

  @Override
  public HeatMap.Summary summary() {
    return HeatMap.Summary.LARGEST;
  }
}
