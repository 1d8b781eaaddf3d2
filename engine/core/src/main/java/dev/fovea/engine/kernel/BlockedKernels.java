package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Tensor;

/**
 * Primitives on channel-blocked images {@code [N, ceil(C / L), H, W, L]}: the {@code L} channels of
 * a block lie side by side, as many as a vector has lanes, so that one instruction works on all of
 * them and no pixel needs code of its own. What fills up the last block is never read as a channel;
 * elementwise operators may leave any number there.
 *
 * <p>Rules as for {@link Kernels}.
 */
public interface BlockedKernels {

  /** Channels of a block. */
  int lanes();

  /**
   * From {@code [N, C, H, W]} to blocks; overwrites.
   *
   * @param y {@code [N, ceil(C / L), H, W, L]}
   */
  void toBlocked(Tensor x, Tensor y);

  /**
   * From blocks to {@code [N, C, H, W]}; overwrites.
   *
   * @param x {@code [N, ceil(C / L), H, W, L]}
   */
  void fromBlocked(Tensor x, Tensor y);

  /** As {@link #toBlocked}, but adds; what fills up the last block holds anything then. */
  void addToBlocked(Tensor x, Tensor y);

  /** As {@link #fromBlocked}, but adds. */
  void addFromBlocked(Tensor x, Tensor y);

  /**
   * As {@link BlockedConvolution#pack}, for weights that change with each step of a training; not
   * for {@link BlockedConvolution.Algorithm#DEPTHWISE}.
   *
   * @return lies in memory of the calling thread, and holds until it packs again
   */
  Tensor pack(BlockedConvolution c, Tensor w);

  /**
   * {@code y = f(conv(x, w) + bias + z)}; overwrites.
   *
   * @param x in blocks; or {@code [N, C, H, W]}, if it has fewer channels than a block, as pictures
   *     have, and the algorithm is {@link BlockedConvolution.Algorithm#DIRECT}
   * @param weights from {@link BlockedConvolution#pack}
   * @param tail what is done with the sums
   */
  void convolution(BlockedConvolution c, Tensor x, Tensor weights, Tail tail, Tensor y);

  /**
   * Gradient of a convolution by its data, for all algorithms but {@link
   * BlockedConvolution.Algorithm#DEPTHWISE}. Packs weights.
   *
   * @param w {@code [O, C, kernelH, kernelW]}
   * @param accumulate adds to {@code dx} if true, else overwrites it
   * @param dx in blocks, or {@code [N, C, H, W]}
   */
  void convolutionByData(BlockedConvolution c, Tensor dy, Tensor w, boolean accumulate, Tensor dx);

  /**
   * Transposed convolution: the adjoint of a convolution by its data, and a bias; overwrites. Packs
   * weights.
   *
   * @param adjoint the convolution from {@code y} to {@code x}
   * @param w {@code [C, O, kernelH, kernelW]} for {@code C} channels of {@code x} and {@code O} of
   *     {@code y}
   * @param bias a value for each channel of {@code y}, blocks filled up; null for none
   * @param y in blocks
   */
  void convolutionTranspose(BlockedConvolution adjoint, Tensor x, Tensor w, Tensor bias, Tensor y);

  /**
   * Gradient of a convolution in one group by its weights; adds.
   *
   * @param x in blocks; or {@code [N, C, H, W]}, if it has fewer channels than a block
   * @param dw {@code [O, C, kernelH, kernelW]}
   */
  void convolutionByWeights(Window g, Tensor x, Tensor dy, Tensor dw);

  /** Largest value under the window, padding left out; overwrites. */
  void maxPool(Window g, Tensor x, Tensor y);

  /**
   * Gradient of {@link #maxPool}, to the first of equal values.
   *
   * @param accumulate adds to {@code dx} if true, else overwrites it
   */
  void maxPoolBackward(Window g, Tensor x, Tensor y, Tensor dy, boolean accumulate, Tensor dx);

  /** Gradient of {@link #averagePool}; adds. */
  void averagePoolBackward(Window g, boolean countPadding, Tensor dy, Tensor dx);

  /** Adds up each channel; adds to {@code sums [C]}. */
  void addChannelSums(Tensor x, Tensor sums);

  /** Mean and biased variance {@code [C]} of each channel; overwrites both. */
  void channelMoments(Tensor x, Tensor mean, Tensor variance);

  /**
   * {@code y = scale[c] x + shift[c]}; overwrites.
   *
   * @param rectify whether zero takes the place of what is less
   */
  void channelAffine(Tensor x, Tensor scale, Tensor shift, boolean rectify, Tensor y);

  /**
   * {@code sumDy[c] = sum dy}, {@code sumDyXhat[c] = sum dy (x - mean[c]) invStd[c]}; overwrites.
   *
   * @param y null; or only where this is positive, {@code dy} counts
   */
  void channelGradientSums(
      Tensor x, Tensor y, Tensor dy, Tensor mean, Tensor invStd, Tensor sumDy, Tensor sumDyXhat);

  /**
   * {@code dx = a[c] dy + b[c] x + d[c]}.
   *
   * @param y null; or only where this is positive, {@code dy} counts
   * @param accumulate adds to {@code dx} if true, else overwrites it
   */
  void channelCombine(
      Tensor a, Tensor y, Tensor dy, Tensor b, Tensor x, Tensor d, boolean accumulate, Tensor dx);

  /**
   * Mean under the window; overwrites.
   *
   * @param countPadding whether padding counts as zeros
   */
  void averagePool(Window g, boolean countPadding, Tensor x, Tensor y);

  /**
   * What is done with the sums of a convolution.
   *
   * @param bias a value for each channel, blocks filled up; null for none
   * @param z another branch, of the output's shape; null for none
   * @param f activation; null for none
   * @param alpha first parameter of the activation
   * @param beta second parameter of the activation
   */
  record Tail(Tensor bias, Tensor z, Unary f, float alpha, float beta) {}
}
