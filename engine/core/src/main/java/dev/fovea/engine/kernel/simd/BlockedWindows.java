package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.BlockedKernels.Tail;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.kernel.Scratch;
import dev.fovea.engine.kernel.Stencil;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.tensor.Alignment;
import dev.fovea.engine.tensor.Tensor;

/**
 * What slides a window over each block of channels by itself: depthwise convolutions and poolings.
 * Thread-safe.
 */
final class BlockedWindows {

  private static final int L = Lanes.COUNT;
  // Floats of a block that a task holds.
  private static final int BAND = 64 * 1024;

  private final SimdFunctions functions;
  private final Parallel parallel;

  BlockedWindows(SimdFunctions functions, Parallel parallel) {
    this.functions = functions;
    this.parallel = parallel;
  }

  /** Computes a row of results. */
  private interface Row {
    void run(int block, int row, float[] band, int from, int[] shifts, int to);
  }

  void depthwise(Window g, Tensor x, Tensor w, Tail tail, Tensor y) {
    TailFunctions finish = new TailFunctions(functions, tail, y.offset());
    int outW = y.shape().dim(3);
    float[] out = y.array();
    slide(
        g,
        x,
        y,
        0,
        (block, row, band, from, shifts, to) -> {
          int weights = w.offset() + block * shifts.length * L;
          WindowTiles.weighted(outW, band, from, shifts, w.array(), weights, out, to);
          if (!finish.empty()) {
            finish.apply(out, to, out, to, outW, block);
          }
        });
  }

  void max(Window g, Tensor x, Tensor y) {
    int outW = y.shape().dim(3);
    slide(
        g,
        x,
        y,
        Float.NEGATIVE_INFINITY,
        (block, row, band, from, shifts, to) ->
            WindowTiles.largest(outW, band, from, shifts, y.array(), to));
  }

  void average(Window g, boolean countPadding, Tensor x, Tensor y) {
    int outH = y.shape().dim(2);
    int outW = y.shape().dim(3);
    int[] rows = g.rows().counted(x.shape().dim(2), outH, countPadding);
    int[] columns = g.columns().counted(x.shape().dim(3), outW, countPadding);
    float[] shares = new float[outH * outW];
    for (int i = 0; i < shares.length; i++) {
      int n = rows[i / outW] * columns[i % outW];
      shares[i] = n == 0 ? 0 : 1f / n;
    }
    slide(
        g,
        x,
        y,
        0,
        (block, row, band, from, shifts, to) -> {
          WindowTiles.sums(outW, band, from, shifts, y.array(), to);
          WindowTiles.scale(outW, y.array(), to, shares, row * outW);
        });
  }

  private void slide(Window g, Tensor x, Tensor y, float border, Row work) {
    int blocks = x.shape().dim(1);
    int inH = x.shape().dim(2);
    int inW = x.shape().dim(3);
    int outH = y.shape().dim(2);
    int outW = y.shape().dim(3);
    int fit = (int) Math.max(1, BAND / ((long) g.strideH() * (inW + g.extentW()) * L));
    int bands = (outH + fit - 1) / fit;
    int rows = (outH + bands - 1) / bands;
    PixelBand band = new PixelBand(Stencil.forward(g), inH, inW, rows, outW);
    parallel.run(
        x.shape().dim(0) * blocks * bands,
        task -> {
          int plane = task / bands;
          int first = task % bands * rows;
          float[] pixels = Scratch.local().aligned(Scratch.Slot.RIGHT, band.blockSize());
          band.fill(
              x.array(),
              x.offset() + plane * inH * inW * L,
              first,
              border,
              pixels,
              Alignment.START);
          for (int r = first; r < Math.min(outH, first + rows); r++) {
            int to = y.offset() + (plane * outH + r) * outW * L;
            work.run(
                plane % blocks,
                r,
                pixels,
                Alignment.START + (r - first) * band.rowSize(),
                band.shifts(),
                to);
          }
        });
  }
}
