package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.BlockedConvolution;
import dev.fovea.engine.kernel.BlockedKernels.Tail;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.kernel.Scratch;
import dev.fovea.engine.kernel.Stencil;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.kernel.simd.PixelTiles.Operands;
import dev.fovea.engine.tensor.Alignment;
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
  // Products up to which the weights of a pair of blocks stay in the L2 cache, and those that stay
  // in the L1 cache beside the pixels they belong to.
  private static final int KEPT = 1200;
  private static final int PART = 288;
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
    // Products that are added up at a time, before the next pixels.
    final int part;

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
      part = part(taps * L);
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

    // Where the weights of a pair do not fit the cache beside the image, a part of them that does
    // is used for all pixels before the next.
    private int part(int products) {
      return depth <= KEPT ? depth : Math.max(1, PART / products) * products;
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
        from = Scratch.local().aligned(Scratch.Slot.RIGHT, inBlocks * band.blockSize());
        if (planes > 0) {
          band.fillPlanes(x, start, planes, first, from, Alignment.START);
        }
        for (int b = 0; b < inBlocks && planes == 0; b++) {
          band.fill(x, start + b * inPlane, first, 0, from, Alignment.START + b * band.blockSize());
        }
        start = Alignment.START;
      }
      int end = (split + 1) * pairs / splits;
      for (int pair = split * pairs / splits; pair < end; pair++) {
        for (int k = 0; k < depth; k += part) {
          Part p = new Part(from, pair, k);
          int to = yStart + (image * outBlocks + 2 * pair) * plane() + first * outW * L;
          int r = 0;
          if (outW == ROW_OF_TWO && band != null && Lanes.MANY_REGISTERS && p.two) {
            for (; r + 2 <= count; r += 2) {
              p.twoRows(start + r * rowSize, to + r * outW * L);
            }
          }
          for (; r < count; r++) {
            p.row(start + r * rowSize, to + r * outW * L, Math.min(outW, width(first + r)));
          }
        }
      }
    }

    // Pixels from row r on: where a plane counts as rows, the last may be short.
    private int width(int r) {
      return plane() / L - r * outW;
    }

    /** Some products of a pair of blocks of the output. */
    private final class Part {
      final int pair;
      final int first;
      final int products;
      final boolean begins;
      final boolean ends;
      final boolean two;
      final int weights;
      final Operands operands;

      Part(float[] from, int pair, int first) {
        this.pair = pair;
        this.first = first;
        products = Math.min(part, depth - first);
        begins = first == 0;
        ends = first + products == depth;
        two = 2 * pair + 1 < outBlocks;
        weights = wStart + (pair * depth * 2 + first * (two ? 2 : 1)) * L;
        operands =
            begins
                ? tail.fromBias(from, offsets, w, y, plane())
                : new Operands(from, offsets, w, y, L, plane(), y, plane());
      }

      private int start(int to) {
        return begins ? tail.biasAt(2 * pair) : to;
      }

      // Rows of seven pixels, as at the end of many networks: two fill a tile.
      void twoRows(int at, int to) {
        int gap = rowSize - outW * L;
        PixelTiles.tile7and7x2(operands, products, first, at, gap, weights, start(to), to);
        finish(to, 2 * outW);
      }

      void row(int from, int to, int width) {
        int n;
        for (int i = 0; i < width; i += n) {
          n = Runs.next(width - i);
          int at = from + i * L;
          int c = to + i * L;
          if (two) {
            multiply2(n, operands, products, first, at, weights, start(c), c);
          } else {
            multiply1(n, operands, products, first, at, weights, start(c), c);
          }
        }
        finish(to, width);
      }

      private void finish(int to, int pixels) {
        if (ends && tail.after()) {
          tail.finish(y, to, pixels);
          if (two) {
            tail.finish(y, to + plane(), pixels);
          }
        }
      }
    }

    // Floats of a block of the result.
    private int plane() {
      return band == null ? inPlane : outH * outW * L;
    }
  }

  /** A tile of {@code n} pixels, a size from {@link Runs}, for two blocks. */
  static void multiply2(int n, Operands o, int depth, int first, int ao, int wo, int so, int co) {
    switch (n) {
      case 14 -> PixelTiles.tile14x2(o, depth, first, ao, wo, so, co);
      case 10 -> PixelTiles.tile10x2(o, depth, first, ao, wo, so, co);
      case 7 -> PixelTiles.tile7x2(o, depth, first, ao, wo, so, co);
      case 6 -> PixelTiles.tile6x2(o, depth, first, ao, wo, so, co);
      case 4 -> PixelTiles.tile4x2(o, depth, first, ao, wo, so, co);
      case 2 -> PixelTiles.tile2x2(o, depth, first, ao, wo, so, co);
      default -> PixelTiles.tile1x2(o, depth, first, ao, wo, so, co);
    }
  }

  /** A tile of {@code n} pixels, a size from {@link Runs}, for one block. */
  static void multiply1(int n, Operands o, int depth, int first, int ao, int wo, int so, int co) {
    switch (n) {
      case 14 -> PixelTiles.tile14x1(o, depth, first, ao, wo, so, co);
      case 10 -> PixelTiles.tile10x1(o, depth, first, ao, wo, so, co);
      case 7 -> PixelTiles.tile7x1(o, depth, first, ao, wo, so, co);
      case 6 -> PixelTiles.tile6x1(o, depth, first, ao, wo, so, co);
      case 4 -> PixelTiles.tile4x1(o, depth, first, ao, wo, so, co);
      case 2 -> PixelTiles.tile2x1(o, depth, first, ao, wo, so, co);
      default -> PixelTiles.tile1x1(o, depth, first, ao, wo, so, co);
    }
  }
}
