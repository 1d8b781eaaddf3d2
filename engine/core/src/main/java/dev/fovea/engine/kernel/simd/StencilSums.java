package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.kernel.Scratch;
import dev.fovea.engine.kernel.Stencil;
import dev.fovea.engine.kernel.simd.PixelTiles.Operands;
import dev.fovea.engine.tensor.Alignment;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums of products under the taps of a {@link Stencil}: convolutions of channel-blocked images as
 * they are written, and their gradients by data. Tiles of pixels times a pair of blocks of output
 * channels, over bands of rows that fit the cache; where weights are more than the image, several
 * images at a time. Thread-safe.
 *
 * <p>How the work is cut may depend on the number of threads here: each result is one sum in the
 * same order, whatever tile and task it falls into.
 */
final class StencilSums {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.COUNT;
  // Floats of images that one task holds in the L2 cache, beside the weights of a pair.
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

  private final Parallel parallel;

  StencilSums(Parallel parallel) {
    this.parallel = parallel;
  }

  /** Rows and columns of a result: the first, and the step to the next. */
  record Places(int row, int rowStep, int column, int columnStep) {

    /** All of them. */
    static final Places ALL = new Places(0, 1, 0, 1);
  }

  /**
   * Computes.
   *
   * @param x in blocks, or {@code [N, C, H, W]} of fewer channels than a block has
   * @param channels of {@code x}
   * @param w weights in the order of {@link dev.fovea.engine.kernel.BlockedConvolution#pack}
   * @param places of {@code y} to which results go
   * @param tail what is done with the sums; null to leave them; a bias alone where results go to
   *     some columns
   * @param accumulate whether they are added to y; only without a tail
   */
  void run(
      Stencil stencil,
      Tensor x,
      int channels,
      Tensor w,
      Places places,
      TailFunctions tail,
      boolean accumulate,
      Tensor y) {
    Call call = new Call(stencil, x, channels, w, places, tail, accumulate, y);
    parallel.run(call.groups * call.bands * call.splits, call::task);
  }

  private static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }

  /** One call: how it is cut, and its operands. */
  private final class Call {
    final float[] x;
    final int xStart;
    // Of an image that is not in blocks; else 0.
    final int planes;
    final int inBlocks;
    final int inPlane;
    final float[] w;
    final int wStart;
    final float[] y;
    final int yStart;
    final int outBlocks;
    final int outPlane;
    // Of the result as it is walked through: a whole plane may count as rows.
    final int outW;
    final Places places;
    final TailFunctions tail;
    final boolean accumulate;
    final int batch;
    final int height;
    final int width;
    final int depth;
    final int pairs;
    // How work is cut: images of a task, rows of a band, parts of the pairs of blocks.
    final int images;
    final int groups;
    final int rows;
    final int bands;
    final int splits;
    // Products that are added up at a time, before the next pixels.
    final int part;
    // Whether images are read where they lie.
    final boolean inPlace;
    // Null if they are, and without taps.
    final PixelBand band;
    final int rowSize;
    final int[] offsets;
    // Whether results are written where they belong, and not to a row in between.
    final boolean direct;

    Call(
        Stencil stencil,
        Tensor x,
        int channels,
        Tensor w,
        Places places,
        TailFunctions tail,
        boolean accumulate,
        Tensor y) {
      this.x = x.array();
      this.xStart = x.offset();
      this.w = w.array();
      this.wStart = w.offset();
      this.y = y.array();
      this.yStart = y.offset();
      this.places = places;
      this.tail = tail;
      this.accumulate = accumulate;
      batch = x.shape().dim(0);
      planes = x.shape().rank() == 4 ? x.shape().dim(1) : 0;
      inBlocks = planes > 0 ? 1 : x.shape().dim(1);
      int inH = x.shape().dim(2);
      int inW = x.shape().dim(3);
      inPlane = inH * inW * (planes > 0 ? planes : L);
      outBlocks = y.shape().dim(1);
      int pixels = y.shape().dim(2) * y.shape().dim(3);
      outPlane = pixels * L;
      pairs = ceilDiv(outBlocks, 2);
      depth = channels * stencil.size();
      inPlace =
          planes == 0
              && stencil.isIdentity()
              && places.equals(Places.ALL)
              && inPlane == outPlane
              && inW == y.shape().dim(3);
      outW = inPlace ? Math.min(RUN, pixels) : y.shape().dim(3);
      width = ceilDiv(outW - places.column, places.columnStep);
      height =
          inPlace ? ceilDiv(pixels, outW) : ceilDiv(y.shape().dim(2) - places.row, places.rowStep);
      int wanted = parallel.threads() == 1 ? 1 : SHARE * parallel.threads();
      int rowOfBlock = inPlace ? outW : stencil.strideH() * (inW + stencil.extentW());
      long floatsOfRow = (long) inBlocks * L * rowOfBlock;
      // If there are too few bands for all threads, shorter bands, each of which reads all weights
      // again, or parts of the outputs, each of which copies the image again: what is less.
      int fit = (int) Math.max(1, Math.min(height, BAND / floatsOfRow));
      boolean heavy = (long) depth * outBlocks * L > floatsOfRow * height;
      int fair = heavy ? height : Math.max(LEAST_ROWS, ceilDiv(height * batch, wanted));
      rows = ceilDiv(height, ceilDiv(height, Math.min(fit, fair)));
      bands = ceilDiv(height, rows);
      boolean banded = !inPlace && stencil.size() > 0;
      band = banded ? new PixelBand(stencil, inH, inW, rows, width) : null;
      rowSize = banded ? band.rowSize() : width * L;
      int imageSize = banded ? inBlocks * band.blockSize() : inBlocks * inPlane;
      boolean several = heavy && bands == 1 && stencil.size() > 0;
      int together = several ? Math.max(1, BAND / imageSize) : 1;
      groups = ceilDiv(batch, Math.min(batch, together));
      images = ceilDiv(batch, groups);
      splits = Math.max(1, Math.min(pairs, ceilDiv(wanted, groups * bands)));
      offsets = offsets(channels, banded ? band.shifts() : new int[stencil.size()]);
      direct = places.columnStep == 1 && stencil.size() > 0;
      int products = stencil.size() * L;
      part =
          depth <= KEPT || !direct ? Math.max(1, depth) : Math.max(1, PART / products) * products;
    }

    // For each product, channel after channel of each tap, as the weights are packed.
    private int[] offsets(int channels, int[] shifts) {
      int[] all = new int[depth];
      int blockSize = band == null ? inPlane : band.blockSize();
      int at = 0;
      for (int first = 0; first < channels; first += L) {
        for (int shift : shifts) {
          for (int lane = 0; lane < Math.min(L, channels - first); lane++) {
            all[at++] = first / L * blockSize + shift + lane;
          }
        }
      }
      return all;
    }

    void task(int task) {
      int split = task % splits;
      int first = task / splits % bands * rows;
      int firstImage = task / splits / bands * images;
      int count = Math.min(images, batch - firstImage);
      float[] pixels = band == null ? x : fill(firstImage, count, first);
      int end = (split + 1) * pairs / splits;
      for (int pair = split * pairs / splits; pair < end; pair++) {
        for (int k = 0; k == 0 || k < depth; k += part) {
          Part p = new Part(pixels, pair, k);
          for (int i = 0; i < count; i++) {
            p.image(firstImage + i, source(firstImage, i, first), first);
          }
        }
      }
    }

    // Where the pixels of a task's image begin, from a row on.
    private int source(int firstImage, int i, int row) {
      return band == null
          ? xStart + (firstImage + i) * inBlocks * inPlane + row * rowSize
          : Alignment.START + i * inBlocks * band.blockSize();
    }

    private float[] fill(int firstImage, int count, int first) {
      int size = band.blockSize();
      float[] pixels = Scratch.local().aligned(Scratch.Slot.RIGHT, count * inBlocks * size);
      for (int b = 0; b < count * inBlocks; b++) {
        int from = xStart + (firstImage * inBlocks + b) * inPlane;
        int to = Alignment.START + b * size;
        if (planes > 0) {
          band.fillPlanes(x, from, planes, first, pixels, to);
        } else {
          band.fill(x, from, first, 0, pixels, to);
        }
      }
      return pixels;
    }

    /** Some products of a pair of blocks of the result. */
    private final class Part {
      final int pair;
      final boolean two;
      final int first;
      final int products;
      // Whether sums go on from what stands in the result.
      final boolean goesOn;
      final boolean ends;
      final int weights;
      // Of a row in between.
      final float[] between;
      final Operands operands;

      Part(float[] pixels, int pair, int first) {
        this.pair = pair;
        this.first = first;
        two = 2 * pair + 1 < outBlocks;
        products = Math.min(part, depth - first);
        ends = first + products == depth;
        weights = wStart + (pair * depth * 2 + first * (two ? 2 : 1)) * L;
        between = direct ? null : Scratch.local().aligned(Scratch.Slot.TILE, 2 * width * L);
        goesOn = direct && (accumulate || first > 0);
        if (!direct) {
          operands = begun(pixels, between, width * L);
          begin(0);
          begin(1);
        } else if (goesOn) {
          operands = new Operands(pixels, offsets, w, y, L, outPlane, y, outPlane);
        } else {
          operands = begun(pixels, y, outPlane);
        }
      }

      private Operands begun(float[] pixels, float[] to, int blockStep) {
        return tail == null
            ? Operands.sums(pixels, offsets, w, to, blockStep)
            : tail.fromBias(pixels, offsets, w, to, blockStep);
      }

      // What stays where there are no taps.
      private void begin(int v) {
        int at = Alignment.START + v * width * L;
        if (tail == null || v == 1 && !two) {
          Arrays.fill(between, at, at + width * L, 0);
        } else {
          tail.begin(between, at, width, 2 * pair + v);
        }
      }

      void image(int image, int from, int firstRow) {
        int count = Math.min(rows, height - firstRow);
        int plane = yStart + (image * outBlocks + 2 * pair) * outPlane;
        int r = 0;
        if (width == ROW_OF_TWO && outW == width && band != null && two && Lanes.MANY_REGISTERS) {
          for (; r + 2 <= count; r += 2) {
            twoRows(from + r * rowSize, plane + (firstRow + r) * width * L);
          }
        }
        for (; r < count; r++) {
          int row = places.row + (firstRow + r) * places.rowStep;
          row(from + r * rowSize, plane, (row * outW + places.column) * L);
        }
      }

      // Rows of seven pixels, as at the end of many networks: two fill a tile.
      private void twoRows(int at, int to) {
        int gap = rowSize - width * L;
        PixelTiles.tile7and7x2(operands, products, first, at, gap, weights, start(to), to);
        finish(to, 2 * width);
      }

      private void row(int from, int plane, int at) {
        if (direct) {
          // The last row of a plane that counts as rows may be short.
          int pixels = inPlace ? Math.min(width, (outPlane - at) / L) : width;
          products(from, plane + at, pixels);
          finish(plane + at, pixels);
        } else {
          if (depth > 0) {
            products(from, Alignment.START, width);
          }
          write(plane + at);
        }
      }

      private int start(int to) {
        if (goesOn) {
          return to;
        }
        return tail == null ? 0 : tail.biasAt(2 * pair);
      }

      private void products(int from, int to, int pixels) {
        int n;
        for (int i = 0; i < pixels; i += n) {
          n = Runs.next(pixels - i);
          int at = from + i * L;
          int c = to + i * L;
          if (two) {
            PixelTiles.multiply2(n, operands, products, first, at, weights, start(c), c);
          } else {
            PixelTiles.multiply1(n, operands, products, first, at, weights, start(c), c);
          }
        }
      }

      private void finish(int to, int pixels) {
        if (tail != null && ends && tail.after()) {
          tail.finish(y, to, pixels);
          if (two) {
            tail.finish(y, to + outPlane, pixels);
          }
        }
      }

      private void write(int to) {
        for (int v = 0; v < (two ? 2 : 1); v++) {
          int from = Alignment.START + v * width * L;
          int at = to + v * outPlane;
          if (accumulate) {
            add(between, from, y, at, places.columnStep * L, width);
          } else {
            copy(between, from, y, at, places.columnStep * L, width);
          }
        }
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
