package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.BlockedConvolution;
import dev.fovea.engine.kernel.BlockedConvolution.Algorithm;
import dev.fovea.engine.kernel.BlockedKernels;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.kernel.Scratch;
import dev.fovea.engine.kernel.Stencil;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.tensor.Alignment;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Storage;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;

/** A block is a vector. Thread-safe. */
final class SimdBlockedKernels implements BlockedKernels {

  private static final int L = Lanes.COUNT;
  // Pixels of a task that changes the layout: those of a block fit the L1 cache.
  private static final int PIXELS = 256;

  private final SimdFunctions functions;
  private final Parallel parallel;
  private final WinogradConvolutions winograd;
  private final BlockedWindows windows;
  private final WeightPacking packing;
  private final StencilSums sums;
  private final BlockedDataGradients dataGradients;
  private final BlockedWeightGradients weightGradients;
  private final BlockedPoolGradients poolGradients;
  private final BlockedChannels channels;

  SimdBlockedKernels(SimdFunctions functions, Parallel parallel) {
    this.functions = functions;
    this.parallel = parallel;
    winograd = new WinogradConvolutions(functions, parallel);
    windows = new BlockedWindows(functions, parallel);
    packing = new WeightPacking(parallel);
    sums = new StencilSums(parallel);
    dataGradients = new BlockedDataGradients(sums, packing);
    weightGradients = new BlockedWeightGradients(parallel);
    poolGradients = new BlockedPoolGradients(parallel);
    channels = new BlockedChannels(parallel);
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
  public void addToBlocked(Tensor x, Tensor y) {
    int pixels = x.shape().dim(2) * x.shape().dim(3);
    float[] in = x.array();
    float[] out = y.array();
    stretches(
        x,
        y,
        (planes, at, channels, from, to) -> {
          for (int c = 0; c < channels; c++) {
            for (int i = from; i < to; i++) {
              out[at + i * L + c] += in[planes + c * pixels + i];
            }
          }
        });
  }

  @Override
  public void addFromBlocked(Tensor x, Tensor y) {
    int pixels = y.shape().dim(2) * y.shape().dim(3);
    float[] in = x.array();
    float[] out = y.array();
    stretches(
        y,
        x,
        (planes, at, channels, from, to) -> {
          for (int c = 0; c < channels; c++) {
            for (int i = from; i < to; i++) {
              out[planes + c * pixels + i] += in[at + i * L + c];
            }
          }
        });
  }

  @Override
  public Tensor pack(BlockedConvolution c, Tensor w) {
    return switch (c.algorithm()) {
      case DIRECT -> packing.direct(w);
      case WINOGRAD -> packing.winograd(w);
      case DEPTHWISE -> throw noGradient();
    };
  }

  private static IllegalArgumentException noGradient() {
    return new IllegalArgumentException("depthwise convolution on blocks: has no gradient");
  }

  @Override
  public void convolutionByData(
      BlockedConvolution c, Tensor dy, Tensor w, boolean accumulate, Tensor dx) {
    if (c.algorithm() == Algorithm.DEPTHWISE) {
      throw noGradient();
    }
    boolean planar = dx.shape().rank() == 4;
    Tensor target = planar ? memory(Scratch.Slot.BLOCKED_IMAGES, inBlocks(dx.shape())) : dx;
    boolean adds = accumulate && !planar;
    Window g = c.window();
    boolean turns = Math.max(g.padTop(), g.padLeft()) < g.kernelH();
    if (c.algorithm() == Algorithm.WINOGRAD && turns) {
      Window turned = new Window(3, 3, 1, 1, 2 - g.padTop(), 2 - g.padLeft(), 0, 0, 1, 1);
      BlockedConvolution back =
          new BlockedConvolution(turned, c.outputs(), c.inputs(), Algorithm.WINOGRAD);
      Tail none = new Tail(null, null, null, 0, 0);
      Tensor sums = adds ? memory(Scratch.Slot.BLOCKED_GRADIENT, target.shape()) : target;
      winograd.run(back, dy, packing.winogradByData(w), none, sums);
      if (adds) {
        channels.add(sums, target);
      }
    } else {
      dataGradients.run(g, dy, w, null, adds, target);
    }
    if (planar && accumulate) {
      addFromBlocked(target, dx);
    } else if (planar) {
      fromBlocked(target, dx);
    }
  }

  @Override
  public void convolutionTranspose(
      BlockedConvolution adjoint, Tensor x, Tensor w, Tensor bias, Tensor y) {
    Tail tail = new Tail(bias, null, null, 0, 0);
    TailFunctions begin = new TailFunctions(functions, tail, y.offset());
    dataGradients.run(adjoint.window(), x, w, begin, false, y);
  }

  private static Shape inBlocks(Shape s) {
    return Shape.of(s.dim(0), (s.dim(1) + L - 1) / L, s.dim(2), s.dim(3), L);
  }

  private static Tensor memory(Scratch.Slot slot, Shape s) {
    float[] memory = Scratch.local().aligned(slot, s.size());
    return Tensor.over(new Storage.Host(memory), Alignment.START, s);
  }

  @Override
  public void convolutionByWeights(Window g, Tensor x, Tensor dy, Tensor dw) {
    weightGradients.add(g, x, dy, dw);
  }

  @Override
  public void maxPoolBackward(
      Window g, Tensor x, Tensor y, Tensor dy, boolean accumulate, Tensor dx) {
    poolGradients.max(g, x, y, dy, accumulate, dx);
  }

  @Override
  public void averagePoolBackward(Window g, boolean countPadding, Tensor dy, Tensor dx) {
    poolGradients.average(g, countPadding, dy, dx);
  }

  @Override
  public void addChannelSums(Tensor x, Tensor sums) {
    channels.addSums(x, sums);
  }

  @Override
  public void channelMoments(Tensor x, Tensor mean, Tensor variance) {
    channels.moments(x, mean, variance);
  }

  @Override
  public void channelAffine(Tensor x, Tensor scale, Tensor shift, boolean rectify, Tensor y) {
    channels.affine(x, scale, shift, rectify, y);
  }

  @Override
  public void channelGradientSums(
      Tensor x, Tensor y, Tensor dy, Tensor mean, Tensor invStd, Tensor sumDy, Tensor sumDyXhat) {
    channels.gradientSums(x, y, dy, mean, invStd, sumDy, sumDyXhat);
  }

  @Override
  public void channelCombine(
      Tensor a, Tensor y, Tensor dy, Tensor b, Tensor x, Tensor d, boolean accumulate, Tensor dx) {
    channels.combine(a, y, dy, b, x, d, accumulate, dx);
  }

  @Override
  public void convolution(BlockedConvolution c, Tensor x, Tensor weights, Tail tail, Tensor y) {
    switch (c.algorithm()) {
      case DIRECT -> direct(c, x, weights, tail, y);
      case WINOGRAD -> winograd.run(c, x, weights, tail, y);
      case DEPTHWISE -> windows.depthwise(c.window(), x, weights, tail, y);
    }
  }

  private void direct(BlockedConvolution c, Tensor x, Tensor weights, Tail tail, Tensor y) {
    TailFunctions f = new TailFunctions(functions, tail, y.offset());
    Stencil stencil = Stencil.forward(c.window());
    sums.run(stencil, x, c.inputs(), weights, StencilSums.Places.ALL, f, false, y);
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
