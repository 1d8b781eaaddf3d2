package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.kernel.Scratch;
import dev.fovea.engine.kernel.Stencil;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.kernel.simd.PixelTiles.Operands;
import dev.fovea.engine.tensor.Alignment;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Gradients by data of direct convolutions of channel-blocked images: for each phase of the stride
 * a convolution of the gradient of the result, computed as {@link BlockedConvolutions} does.
 * Thread-safe.
 */
final class BlockedDataGradients {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.COUNT;
  // Floats of a gradient that one task holds in the L2 cache, beside the weights of a pair.
  private static final int BAND = 96 * 1024;
  // Tasks for each thread, so that none waits long for the last.
  private static final int SHARE = 3;
  // Products up to which the weights of a pair of blocks stay in the L2 cache, and those that stay
  // in the L1 cache beside the pixels they belong to.
  private static final int KEPT = 1200;
  private static final int PART = 288;
  // Rows below which cutting a band costs too much: its borders are copied twice.
  private static final int LEAST_ROWS = 4;

  private final Parallel parallel;
  private final WeightPacking packing;

  BlockedDataGradients(Parallel parallel, WeightPacking packing) {
    this.parallel = parallel;
    this.packing = packing;
  }

  /**
   * Adds to {@code dx}, or overwrites it.
   *
   * @param w {@code [O, C, kernelH, kernelW]}
   */
  void run(Window g, Tensor dy, Tensor w, boolean accumulate, Tensor dx) {
    int inH = dx.shape().dim(2);
    int inW = dx.shape().dim(3);
    for (int phaseH = 0; phaseH < Math.min(g.strideH(), inH); phaseH++) {
      for (int phaseW = 0; phaseW < Math.min(g.strideW(), inW); phaseW++) {
        Stencil stencil = Stencil.backward(g, phaseH, phaseW);
        if (stencil.size() > 0 || !accumulate) {
          Phase phase = new Phase(g, stencil, phaseH, phaseW, dy, w, accumulate, dx);
          parallel.run(phase.tasks(), phase::task);
        }
      }
    }
  }

  private static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }

  /** Rows and columns of one remainder by the stride. */
  private final class Phase {
    final float[] dy;
    final int dyStart;
    final float[] w;
    final int wStart;
    final float[] dx;
    final int dxStart;
    final boolean accumulate;
    final int batch;
    final int outputs;
    final int outBlocks;
    final int outPlane;
    final int inBlocks;
    final int inPlane;
    final int inW;
    final int strideH;
    final int strideW;
    final int phaseH;
    final int phaseW;
    final int height;
    final int width;
    final int depth;
    // Products that are added up at a time, before the next pixels.
    final int part;
    // Whether results are written where they belong, and not to a row in between.
    final boolean direct;
    final int rows;
    final int bands;
    final int pairs;
    final int splits;
    final PixelBand band;
    final int[] offsets;

    Phase(
        Window g,
        Stencil stencil,
        int phaseH,
        int phaseW,
        Tensor dy,
        Tensor w,
        boolean accumulate,
        Tensor dx) {
      this.dy = dy.array();
      this.dyStart = dy.offset();
      Tensor packed = packing.directByData(w, stencil);
      this.w = packed.array();
      this.wStart = packed.offset();
      this.dx = dx.array();
      this.dxStart = dx.offset();
      this.accumulate = accumulate;
      this.phaseH = phaseH;
      this.phaseW = phaseW;
      batch = dy.shape().dim(0);
      outputs = w.shape().dim(0);
      outBlocks = dy.shape().dim(1);
      int outH = dy.shape().dim(2);
      int outW = dy.shape().dim(3);
      outPlane = outH * outW * L;
      inBlocks = dx.shape().dim(1);
      inW = dx.shape().dim(3);
      inPlane = dx.shape().dim(2) * inW * L;
      strideH = g.strideH();
      strideW = g.strideW();
      height = ceilDiv(dx.shape().dim(2) - phaseH, strideH);
      width = ceilDiv(inW - phaseW, strideW);
      depth = outputs * stencil.size();
      int wanted = parallel.threads() == 1 ? 1 : SHARE * parallel.threads();
      long floatsOfRow = (long) outBlocks * L * (outW + g.extentW());
      int fit = (int) Math.max(1, Math.min(height, BAND / floatsOfRow));
      boolean heavy = (long) depth * inBlocks * L > floatsOfRow * height;
      int fair = heavy ? height : Math.max(LEAST_ROWS, ceilDiv(height * batch, wanted));
      rows = ceilDiv(height, ceilDiv(height, Math.min(fit, fair)));
      bands = ceilDiv(height, rows);
      pairs = ceilDiv(inBlocks, 2);
      splits = Math.max(1, Math.min(pairs, ceilDiv(wanted, batch * bands)));
      band = stencil.size() == 0 ? null : new PixelBand(stencil, outH, outW, rows, width);
      offsets = band == null ? new int[0] : offsets();
      direct = strideW == 1 && band != null;
      int products = stencil.size() * L;
      part = depth <= KEPT || !direct ? depth : Math.max(1, PART / products) * products;
    }

    // For each product, channel after channel of each tap, as the weights are packed.
    private int[] offsets() {
      int[] all = new int[depth];
      int at = 0;
      for (int first = 0; first < outputs; first += L) {
        for (int shift : band.shifts()) {
          for (int lane = 0; lane < Math.min(L, outputs - first); lane++) {
            all[at++] = first / L * band.blockSize() + shift + lane;
          }
        }
      }
      return all;
    }

    int tasks() {
      return batch * bands * splits;
    }

    void task(int task) {
      int split = task % splits;
      int first = task / splits % bands * rows;
      int image = task / splits / bands;
      int count = Math.min(rows, height - first);
      Scratch scratch = Scratch.local();
      float[] tile = scratch.aligned(Scratch.Slot.TILE, 2 * width * L);
      float[] pixels = tile;
      if (band == null) {
        Arrays.fill(tile, Alignment.START, Alignment.START + 2 * width * L, 0);
      } else {
        pixels = scratch.aligned(Scratch.Slot.RIGHT, outBlocks * band.blockSize());
        for (int b = 0; b < outBlocks; b++) {
          int block = dyStart + (image * outBlocks + b) * outPlane;
          band.fill(dy, block, first, 0, pixels, Alignment.START + b * band.blockSize());
        }
      }
      int end = (split + 1) * pairs / splits;
      for (int pair = split * pairs / splits; pair < end; pair++) {
        int to = dxStart + (image * inBlocks + 2 * pair) * inPlane + (phaseH * inW + phaseW) * L;
        for (int k = 0; direct && k < depth; k += part) {
          Operands o = operands(pixels, accumulate || k > 0);
          for (int r = 0; r < count; r++) {
            row(o, pair, k, r, to + (first + r) * strideH * inW * L);
          }
        }
        for (int r = 0; !direct && r < count; r++) {
          rowBetween(pixels, pair, r, tile, to + (first + r) * strideH * inW * L);
        }
      }
    }

    /** Into the gradient itself. */
    private Operands operands(float[] pixels, boolean adds) {
      return adds
          ? new Operands(pixels, offsets, w, dx, L, inPlane, dx, inPlane)
          : Operands.sums(pixels, offsets, w, dx, inPlane);
    }

    private void rowBetween(float[] pixels, int pair, int r, float[] tile, int to) {
      if (band != null) {
        row(Operands.sums(pixels, offsets, w, tile, width * L), pair, 0, r, Alignment.START);
      }
      write(tile, Alignment.START, to);
      if (2 * pair + 1 < inBlocks) {
        write(tile, Alignment.START + width * L, to + inPlane);
      }
    }

    /** Products from {@code k} on, for a row of the band. */
    private void row(Operands o, int pair, int k, int r, int to) {
      boolean two = 2 * pair + 1 < inBlocks;
      int weights = wStart + (pair * depth * 2 + k * (two ? 2 : 1)) * L;
      int products = Math.min(part, depth - k);
      int from = Alignment.START + r * band.rowSize();
      int n;
      for (int i = 0; i < width; i += n) {
        n = Runs.next(width - i);
        int c = to + i * L;
        int start = o.startPixel() == 0 ? 0 : c;
        if (two) {
          BlockedConvolutions.multiply2(n, o, products, k, from + i * L, weights, start, c);
        } else {
          BlockedConvolutions.multiply1(n, o, products, k, from + i * L, weights, start, c);
        }
      }
    }

    private void write(float[] tile, int from, int to) {
      if (accumulate) {
        add(tile, from, dx, to, strideW * L, width);
      } else {
        copy(tile, from, dx, to, strideW * L, width);
      }
    }
  }

  private static void add(float[] a, int from, float[] to, int at, int step, int n) {
    for (int i = 0; i < n; i++) {
      FloatVector.fromArray(S, to, at + i * step)
          .add(FloatVector.fromArray(S, a, from + i * L))
          .intoArray(to, at + i * step);
    }
  }

  private static void copy(float[] a, int from, float[] to, int at, int step, int n) {
    for (int i = 0; i < n; i++) {
      FloatVector.fromArray(S, a, from + i * L).intoArray(to, at + i * step);
    }
  }
}
