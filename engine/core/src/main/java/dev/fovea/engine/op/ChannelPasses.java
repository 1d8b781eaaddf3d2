package dev.fovea.engine.op;

import dev.fovea.engine.tensor.Tensor;

/**
 * The passes that a normalisation makes over its data, whatever the layout in which they lie; all
 * else is a few numbers for each channel {@code [C]}.
 */
public interface ChannelPasses {

  /** Elements of a channel. */
  double count();

  /** Mean and biased variance of the input; overwrites both. */
  void moments(Tensor mean, Tensor variance);

  /** {@code y = scale[c] x + shift[c]}, from input to output. */
  void affine(Tensor scale, Tensor shift);

  /**
   * {@code sumDy[c] = sum dy}, {@code sumDyXhat[c] = sum dy (x - mean[c]) invStd[c]}; overwrites
   * both.
   */
  void gradientSums(Tensor mean, Tensor invStd, Tensor sumDy, Tensor sumDyXhat);

  /** Adds {@code a[c] dy + b[c] x + d[c]} to the gradient of the input. */
  void combine(Tensor a, Tensor b, Tensor d);
}
