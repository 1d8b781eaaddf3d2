package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.BlockedKernels;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.kernel.Scratch;
import dev.fovea.engine.kernel.Window;
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
  // Beyond these a band of rows, or the weights of two blocks, would not fit any cache.
  private static final long MOST_OF_BAND = 1 << 24;
  private static final int MOST_TAPS = 1024;

  private final BlockedKernels blocked;
  private final BlockedWeightGradients gradients;

  PlainWeightGradients(BlockedKernels blocked, Parallel parallel) {
    this.blocked = blocked;
    this.gradients = new BlockedWeightGradients(parallel);
  }

  /** Whether this is the way to go: channels fill a good part of the blocks. */
  static boolean pays(Window g, int groups, Tensor x, Tensor dy, Tensor dw) {
    if (groups != 1 || g.dimensions() != 2 || x.size() == 0 || dy.size() == 0 || dw.size() == 0) {
      return false;
    }
    int taps = g.kernelH() * g.kernelW();
    int outH = dy.shape().dim(2);
    int outW = dy.shape().dim(3);
    long rows = BlockedWeightGradients.rows(outH, outW) + (long) g.extentH();
    long phases = Math.min((long) g.strideH() * g.strideW(), taps);
    return 2 * dw.shape().dim(0) >= L
        && taps <= MOST_TAPS
        && phases * rows * ((long) outW + g.extentW()) * L <= MOST_OF_BAND
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
    float[] memory = Scratch.local().array(slot, shape.size());
    Tensor t = Tensor.over(new Storage.Host(memory), 0, shape);
    blocked.toBlocked(plain, t);
    return t;
  }
}
