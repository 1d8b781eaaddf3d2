package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.BlockedConvolution;
import dev.fovea.engine.kernel.BlockedKernels.Tail;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.kernel.Scratch;
import dev.fovea.engine.kernel.Stencil;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;

/**
 * {@link BlockedConvolution.Algorithm#DIRECT}: tiles of pixels times a pair of blocks of output
 * channels, over bands of rows that fit the cache. Thread-safe.
 *
 * <p>How the work is cut may depend on the number of threads here: each result is one sum in the
 * same order, whatever tile and task it falls into.
 */
final class BlockedConvolutions {

  private static final int L = Lanes.COUNT;
  // Floats of an image that one task holds in the L2 cache, beside the weights of a pair.
  private static final int BAND = 96 * 1024;
  // Pixels of a row where rows do not matter, as under 1x1 kernels.
  private static final int RUN = 112;
  // Tasks for each thread, so that none waits long for the last.
  private static final int SHARE = 3;
  private static final int ROW_OF_TWO = 7;
  // Rows below which cutting a band costs too much: its borders are copied twice.
  private static final int LEAST_ROWS = 4;

  private final SimdFunctions functions;
  private final Parallel parallel;

  BlockedConvolutions(SimdFunctions functions, Parallel parallel) {
    this.functions = functions;
    this.parallel = parallel;
  }

  void run(BlockedConvolution c, Tensor x, Tensor w, Tail tail, Tensor y) {
    Call call = new Call(c, x, w, new TailFunctions(functions, tail, y.offset()), y);
    parallel.run(call.tasks(), call::task);
  }

  private static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }

  /** One call: how it is cut, and its operands. */
  private final class Call {
    final float[] x;
    final float[] w;
    final float[] y;
    final int xStart;
    final int wStart;
    final int yStart;
    final TailFunctions tail;
    final int batch;
    final int inBlocks;
    // Of an image that is not in blocks; else 0.
    final int planes;
    final int outBlocks;
    final int depth;
    // Of the image and the result as they are walked through; a whole plane may count as a row.
    final int inPlane;
    final int outH;
    final int outW;
    final int rows;
    final int bands;
    final int splits;
    final int pairs;
    // Null where the image can be read as it is.
    final PixelBand band;
    final int[] offsets;
    final int rowSize;

    Call(BlockedConvolution c, Tensor x, Tensor w, TailFunctions tail, Tensor y) {
      this.x = x.array();
      this.w = w.array();
      this.y = y.array();
      this.xStart = x.offset();
      this.wStart = w.offset();
      this.yStart = y.offset();
      this.tail = tail;
      Shape in = x.shape();
      Shape out = y.shape();
      batch = in.dim(0);
      boolean planar = in.rank() == 4;
      planes = planar ? in.dim(1) : 0;
      inBlocks = planar ? 1 : in.dim(1);
      outBlocks = out.dim(1);
      pairs = ceilDiv(outBlocks, 2);
      Window g = c.window();
      int taps = g.kernelH() * g.kernelW();
      depth = c.inputs() * taps;
      inPlane = in.dim(2) * in.dim(3) * (planar ? planes : L);
      boolean pointwise =
          !planar
              && taps == 1
              && g.strideH() == 1
              && g.strideW() == 1
              && out.dim(2) == in.dim(2)
              && out.dim(3) == in.dim(3)
              && g.padTop() == 0
              && g.padLeft() == 0;
      int wanted = parallel.threads() == 1 ? 1 : SHARE * parallel.threads();
      if (pointwise) {
        int pixels = out.dim(2) * out.dim(3);
        band = null;
        outW = Math.min(RUN, pixels);
        outH = ceilDiv(pixels, outW);
        rowSize = outW * L;
        rows = rows(inBlocks * outW * L, wanted);
        offsets = offsets(c.inputs(), new int[] {0}, inPlane);
      } else {
        outH = out.dim(2);
        outW = out.dim(3);
        rows = rows((long) inBlocks * L * g.strideH() * (in.dim(3) + g.extentW()), wanted);
        band = new PixelBand(Stencil.forward(g), in.dim(2), in.dim(3), rows, outW);
        rowSize = band.rowSize();
        offsets = offsets(c.inputs(), band.shifts(), band.blockSize());
      }
      bands = ceilDiv(outH, rows);
      splits = Math.max(1, Math.min(pairs, ceilDiv(wanted, batch * bands)));
    }

    /**
     * Rows of a band: what fits the cache. If that leaves threads without work, shorter bands, each
     * of which reads all weights again, or parts of the outputs, each of which copies the image
     * again: whichever is less to read.
     */
    private int rows(long floatsOfRow, int wanted) {
      int fit = (int) Math.max(1, Math.min(outH, BAND / floatsOfRow));
      boolean heavy = (long) depth * outBlocks * L > floatsOfRow * outH;
      int fair = heavy ? outH : Math.max(LEAST_ROWS, ceilDiv(outH * batch, wanted));
      return ceilDiv(outH, ceilDiv(outH, Math.min(fit, fair)));
    }

    int tasks() {
      return batch * bands * splits;
    }

    // For each product, channel after channel of each tap, as BlockedConvolution.pack has them.
    private int[] offsets(int inputs, int[] shifts, int blockSize) {
      int[] all = new int[inputs * shifts.length];
      int at = 0;
      for (int first = 0; first < inputs; first += L) {
        for (int shift : shifts) {
          for (int lane = 0; lane < Math.min(L, inputs - first); lane++) {
            all[at++] = first / L * blockSize + shift + lane;
          }
        }
      }
      return all;
    }

    void task(int task) {
      int split = task % splits;
      int first = task / splits % bands * rows;
      int image = task / splits / bands;
      int count = Math.min(rows, outH - first);
      float[] from = x;
      int start = xStart + image * inBlocks * inPlane;
      if (band == null) {
        start += first * rowSize;
      } else {
        from = Scratch.local().array(Scratch.Slot.RIGHT, inBlocks * band.blockSize());
        if (planes > 0) {
          band.fillPlanes(x, start, planes, first, from);
        }
        for (int b = 0; b < inBlocks && planes == 0; b++) {
          band.fill(x, start + b * inPlane, first, 0, from, b * band.blockSize());
        }
        start = 0;
      }
      int end = (split + 1) * pairs / splits;
      for (int pair = split * pairs / splits; pair < end; pair++) {
        int r = 0;
        if (band != null
            && outW == ROW_OF_TWO
            && Lanes.MANY_REGISTERS
            && 2 * pair + 1 < outBlocks) {
          for (; r + 2 <= count; r += 2) {
            twoRows(from, start + r * rowSize, image, first + r, pair);
          }
        }
        for (; r < count; r++) {
          row(from, start + r * rowSize, image, first + r, pair);
        }
      }
    }

    // Rows of seven pixels, as at the end of many networks: two fill a tile.
    private void twoRows(float[] from, int start, int image, int r, int pair) {
      int plane = plane();
      int to = yStart + (image * outBlocks + 2 * pair) * plane + r * outW * L;
      int weights = wStart + pair * depth * 2 * L;
      PixelTiles.tile7and7x2(
          depth, from, start, rowSize - outW * L, offsets, w, weights, y, to, 0, plane);
      finish(to, 2 * outW, 2 * pair, true);
    }

    private void row(float[] from, int start, int image, int r, int pair) {
      int plane = plane();
      int width = Math.min(outW, plane / L - r * outW);
      int block = 2 * pair;
      boolean two = block + 1 < outBlocks;
      int to = yStart + (image * outBlocks + block) * plane + r * outW * L;
      int weights = wStart + pair * depth * 2 * L;
      int size;
      for (int i = 0; i < width; i += size) {
        size = Runs.next(width - i);
        int at = i * L;
        if (two) {
          multiply2(size, depth, from, start + at, offsets, w, weights, y, to + at, plane);
        } else {
          multiply1(size, depth, from, start + at, offsets, w, weights, y, to + at);
        }
      }
      finish(to, width, block, two);
    }

    private void finish(int to, int pixels, int block, boolean two) {
      if (!tail.empty()) {
        int plane = plane();
        tail.apply(y, to, y, to, pixels, block);
        if (two) {
          tail.apply(y, to + plane, y, to + plane, pixels, block + 1);
        }
      }
    }

    // Floats of a block of the result.
    private int plane() {
      return band == null ? inPlane : outH * outW * L;
    }
  }

  /** A tile of {@code n} pixels, a size from {@link Runs}, for two blocks. */
  static void multiply2(
      int n,
      int depth,
      float[] a,
      int ao,
      int[] offsets,
      float[] w,
      int wo,
      float[] c,
      int co,
      int cv) {
    switch (n) {
      case 14 -> PixelTiles.tile14x2(depth, a, ao, offsets, w, wo, c, co, cv);
      case 10 -> PixelTiles.tile10x2(depth, a, ao, offsets, w, wo, c, co, cv);
      case 7 -> PixelTiles.tile7x2(depth, a, ao, offsets, w, wo, c, co, cv);
      case 6 -> PixelTiles.tile6x2(depth, a, ao, offsets, w, wo, c, co, cv);
      case 4 -> PixelTiles.tile4x2(depth, a, ao, offsets, w, wo, c, co, cv);
      case 2 -> PixelTiles.tile2x2(depth, a, ao, offsets, w, wo, c, co, cv);
      default -> PixelTiles.tile1x2(depth, a, ao, offsets, w, wo, c, co, cv);
    }
  }

  /** A tile of {@code n} pixels, a size from {@link Runs}, for one block. */
  static void multiply1(
      int n, int depth, float[] a, int ao, int[] offsets, float[] w, int wo, float[] c, int co) {
    switch (n) {
      case 14 -> PixelTiles.tile14x1(depth, a, ao, offsets, w, wo, c, co);
      case 10 -> PixelTiles.tile10x1(depth, a, ao, offsets, w, wo, c, co);
      case 7 -> PixelTiles.tile7x1(depth, a, ao, offsets, w, wo, c, co);
      case 6 -> PixelTiles.tile6x1(depth, a, ao, offsets, w, wo, c, co);
      case 4 -> PixelTiles.tile4x1(depth, a, ao, offsets, w, wo, c, co);
      case 2 -> PixelTiles.tile2x1(depth, a, ao, offsets, w, wo, c, co);
      default -> PixelTiles.tile1x1(depth, a, ao, offsets, w, wo, c, co);
    }
  }
}
