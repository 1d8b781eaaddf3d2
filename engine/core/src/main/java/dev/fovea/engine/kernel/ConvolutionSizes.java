package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Tensor;

/**
 * The extents of a convolution.
 *
 * @param batch images
 * @param groups groups of channels
 * @param inputs input channels of a group
 * @param outputs output channels of a group
 * @param inH input rows
 * @param inW input columns
 * @param outH output rows
 * @param outW output columns
 * @param taps elements of the kernel window
 */
record ConvolutionSizes(
    int batch,
    int groups,
    int inputs,
    int outputs,
    int inH,
    int inW,
    int outH,
    int outW,
    int taps) {

  /** From the input, the weights and the output of {@link Kernels#convForward}. */
  static ConvolutionSizes of(int groups, Tensor x, Tensor w, Tensor y) {
    return new ConvolutionSizes(
        x.shape().dim(0),
        groups,
        x.shape().dim(1) / groups,
        y.shape().dim(1) / groups,
        x.shape().dim(2),
        x.shape().dim(3),
        y.shape().dim(2),
        y.shape().dim(3),
        w.shape().dim(2) * w.shape().dim(3));
  }

  /** Whether there is nothing to multiply. */
  boolean empty() {
    return batch == 0 || inputs * inH * inW == 0 || outputs * outH * outW == 0;
  }
}
