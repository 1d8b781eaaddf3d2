package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.Stencil;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.kernel.simd.StencilSums.Places;
import dev.fovea.engine.tensor.Tensor;

/**
 * Gradients by data of direct convolutions of channel-blocked images: for each phase of the stride
 * a convolution of the gradient of the result. Thread-safe.
 */
final class BlockedDataGradients {

  private final StencilSums sums;
  private final WeightPacking packing;

  BlockedDataGradients(StencilSums sums, WeightPacking packing) {
    this.sums = sums;
    this.packing = packing;
  }

  /**
   * Adds to {@code dx}, or overwrites it.
   *
   * @param w {@code [O, C, kernelH, kernelW]}
   * @param bias of the result, where it is overwritten; null for none
   */
  void run(Window g, Tensor dy, Tensor w, TailFunctions bias, boolean accumulate, Tensor dx) {
    int outputs = w.shape().dim(0);
    for (int row = 0; row < Math.min(g.strideH(), dx.shape().dim(2)); row++) {
      for (int column = 0; column < Math.min(g.strideW(), dx.shape().dim(3)); column++) {
        Stencil stencil = Stencil.backward(g, row, column);
        // Without taps there are zeros to write, but nothing to add.
        if (stencil.size() > 0 || !accumulate) {
          Tensor packed = packing.directByData(w, stencil);
          Places places = new Places(row, g.strideH(), column, g.strideW());
          sums.run(stencil, dy, outputs, packed, places, bias, accumulate, dx);
        }
      }
    }
  }
}
