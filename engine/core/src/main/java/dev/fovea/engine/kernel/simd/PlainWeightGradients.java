package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.BlockedConvolution;
import dev.fovea.engine.kernel.BlockedKernels;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.kernel.Scratch;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.tensor.Alignment;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Storage;
import dev.fovea.engine.tensor.Tensor;

/**
 * Gradients by weights of convolutions of images that are not in blocks: they are brought to blocks
 * first, some at a time, which costs little beside the products. Thread-safe.
 */
final class PlainWeightGradients {

  private static final int L = Lanes.COUNT;
  // Floats of images and of gradients that are brought to blocks at a time.
  private static final int AT_A_TIME = 4 << 20;

  private final BlockedKernels blocked;
  private final BlockedWeightGradients gradients;

  PlainWeightGradients(BlockedKernels blocked, Parallel parallel) {
    this.blocked = blocked;
    this.gradients = new BlockedWeightGradients(parallel);
  }

  /** Whether this is the way to go. */
  static boolean pays(Window g, int groups, Tensor x, Tensor dy, Tensor dw) {
    return BlockedConvolution.hasGradients(g, groups, x.shape(), dw.shape(), L)
        && dy.size() > 0
        && inBlocks(x.shape()) <= Integer.MAX_VALUE / 2
        && inBlocks(dy.shape()) <= Integer.MAX_VALUE / 2;
  }

  private static int blocks(int channels) {
    return (channels + L - 1) / L;
  }

  /** Floats of an image in blocks. */
  private static long inBlocks(Shape s) {
    return (long) blocks(s.dim(1)) * L * s.dim(2) * s.dim(3);
  }

  void add(Window g, Tensor x, Tensor dy, Tensor dw) {
    int batch = x.shape().dim(0);
    long image = Math.max(inBlocks(x.shape()), inBlocks(dy.shape()));
    int round = (int) Math.max(1, Math.min(batch, AT_A_TIME / image));
    boolean planar = x.shape().dim(1) < L;
    for (int first = 0; first < batch; first += round) {
      int end = Math.min(batch, first + round);
      Tensor images = x.slice(first, end);
      gradients.add(
          g,
          planar ? images : toBlocks(images, Scratch.Slot.BLOCKED_IMAGES),
          toBlocks(dy.slice(first, end), Scratch.Slot.BLOCKED_GRADIENT),
          dw);
    }
  }

  private Tensor toBlocks(Tensor plain, Scratch.Slot slot) {
    Shape s = plain.shape();
    Shape shape = Shape.of(s.dim(0), blocks(s.dim(1)), s.dim(2), s.dim(3), L);
    float[] memory = Scratch.local().aligned(slot, shape.size());
    Tensor t = Tensor.over(new Storage.Host(memory), Alignment.START, shape);
    blocked.toBlocked(plain, t);
    return t;
  }
}
