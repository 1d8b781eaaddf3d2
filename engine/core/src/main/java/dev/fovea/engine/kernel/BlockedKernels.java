package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Tensor;

/**
 * Primitives on channel-blocked images {@code [N, ceil(C / L), H, W, L]}: the {@code L} channels of
 * a block lie side by side, as many as a vector has lanes, so that one instruction works on all of
 * them and no pixel needs code of its own. What fills up the last block is never read as a channel;
 * elementwise operators may leave any number there.
 *
 * <p>For inference: there are no gradients. Rules as for {@link Kernels}.
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

  /**
   * {@code y = f(conv(x, w) + bias + z)}; overwrites.
   *
   * @param x in blocks; or {@code [N, C, H, W]}, if it has fewer channels than a block, as pictures
   *     have, and the algorithm is {@link BlockedConvolution.Algorithm#DIRECT}
   * @param weights from {@link BlockedConvolution#pack}
   * @param tail what is done with the sums
   */
  void convolution(BlockedConvolution c, Tensor x, Tensor weights, Tail tail, Tensor y);

  /** Largest value under the window, padding left out; overwrites. */
  void maxPool(Window g, Tensor x, Tensor y);

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
