package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.BlockedConvolution;
import dev.fovea.engine.kernel.BlockedKernels;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;

/** A block is a vector. Thread-safe. */
final class SimdBlockedKernels implements BlockedKernels {

  private static final int L = Lanes.COUNT;
  // Pixels of a task that changes the layout.
  private static final int PIXELS = 4096;

  private final Parallel parallel;
  private final BlockedConvolutions convolutions;
  private final WinogradConvolutions winograd;
  private final BlockedWindows windows;

  SimdBlockedKernels(SimdFunctions functions, Parallel parallel) {
    this.parallel = parallel;
    convolutions = new BlockedConvolutions(functions, parallel);
    winograd = new WinogradConvolutions(functions, parallel);
    windows = new BlockedWindows(functions, parallel);
  }

  @Override
  public int lanes() {
    return L;
  }

  /** Some pixels of a block of channels. */
  private interface Stretch {
    /** From pixel {@code from} on of {@code channels} planes, and of block {@code at}. */
    void run(int planes, int at, int channels, int from, int to);
  }

  private void stretches(Tensor plain, Tensor blocked, Stretch work) {
    int channels = plain.shape().dim(1);
    int pixels = plain.shape().dim(2) * plain.shape().dim(3);
    int blocks = blocked.shape().dim(1);
    int parts = (pixels + PIXELS - 1) / PIXELS;
    parallel.run(
        plain.shape().dim(0) * blocks * parts,
        task -> {
          int part = task % parts;
          int block = task / parts % blocks;
          int image = task / parts / blocks;
          int c = block * L;
          work.run(
              plain.offset() + (image * channels + c) * pixels,
              blocked.offset() + (image * blocks + block) * pixels * L,
              Math.min(L, channels - c),
              part * PIXELS,
              Math.min(pixels, (part + 1) * PIXELS));
        });
  }

  @Override
  public void toBlocked(Tensor x, Tensor y) {
    int pixels = x.shape().dim(2) * x.shape().dim(3);
    float[] in = x.array();
    float[] out = y.array();
    stretches(
        x,
        y,
        (planes, at, channels, from, to) -> {
          if (channels < L) {
            Arrays.fill(out, at + from * L, at + to * L, 0);
          }
          for (int c = 0; c < channels; c++) {
            for (int i = from; i < to; i++) {
              out[at + i * L + c] = in[planes + c * pixels + i];
            }
          }
        });
  }

  @Override
  public void fromBlocked(Tensor x, Tensor y) {
    int pixels = y.shape().dim(2) * y.shape().dim(3);
    float[] in = x.array();
    float[] out = y.array();
    stretches(
        y,
        x,
        (planes, at, channels, from, to) -> {
          for (int c = 0; c < channels; c++) {
            for (int i = from; i < to; i++) {
              out[planes + c * pixels + i] = in[at + i * L + c];
            }
          }
        });
  }

  @Override
  public void convolution(BlockedConvolution c, Tensor x, Tensor weights, Tail tail, Tensor y) {
    switch (c.algorithm()) {
      case DIRECT -> convolutions.run(c, x, weights, tail, y);
      case WINOGRAD -> winograd.run(c, x, weights, tail, y);
      case DEPTHWISE -> windows.depthwise(c.window(), x, weights, tail, y);
    }
  }

  @Override
  public void maxPool(Window g, Tensor x, Tensor y) {
    windows.max(g, x, y);
  }

  @Override
  public void averagePool(Window g, boolean countPadding, Tensor x, Tensor y) {
    windows.average(g, countPadding, x, y);
  }
}
