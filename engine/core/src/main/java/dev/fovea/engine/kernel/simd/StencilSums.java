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
 * Sums of products under the taps of a {@link Stencil}, computed as {@link BlockedConvolutions}
 * does, but also to some rows and columns only, added to what is there, and for several small
 * images at a time: weights that are many are then read once for all of them. Thread-safe.
 */
final class StencilSums {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.COUNT;
  // Floats of images that one task holds in the L2 cache, beside the weights of a pair.
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

  StencilSums(Parallel parallel) {
    this.parallel = parallel;
  }

  /** Rows and columns of a result: the first, and the step to the next. */
  record Places(int row, int rowStep, int column, int columnStep) {

    /** All of them. */
    static final Places ALL = new Places(0, 1, 0, 1);
  }

  /**
   * Whether images are so small beside their weights that several had better be taken at a time.
   *
   * @param y the result
   * @param depth number of products
   */
  static boolean pays(Tensor x, Tensor y, int depth) {
    long weights = (long) depth * y.shape().dim(1);
    long image = (long) x.shape().dim(1) * x.shape().dim(2) * x.shape().dim(3);
    return x.shape().rank() == 5 && x.shape().dim(0) > 1 && weights > image;
  }

  /**
   * Computes.
   *
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
    final int inBlocks;
    final int inPlane;
    final float[] w;
    final int wStart;
    final float[] y;
    final int yStart;
    final int outBlocks;
    final int outPlane;
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
    // Null without taps.
    final PixelBand band;
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
      inBlocks = x.shape().dim(1);
      int inH = x.shape().dim(2);
      int inW = x.shape().dim(3);
      inPlane = inH * inW * L;
      outBlocks = y.shape().dim(1);
      outW = y.shape().dim(3);
      outPlane = y.shape().dim(2) * outW * L;
      pairs = ceilDiv(outBlocks, 2);
      height = ceilDiv(y.shape().dim(2) - places.row, places.rowStep);
      width = ceilDiv(outW - places.column, places.columnStep);
      depth = channels * stencil.size();
      int wanted = parallel.threads() == 1 ? 1 : SHARE * parallel.threads();
      long floatsOfRow = (long) inBlocks * L * stencil.strideH() * (inW + stencil.extentW());
      int fit = (int) Math.max(1, Math.min(height, BAND / floatsOfRow));
      boolean heavy = pays(x, y, depth);
      int fair = heavy ? height : Math.max(LEAST_ROWS, ceilDiv(height * batch, wanted));
      rows = ceilDiv(height, ceilDiv(height, Math.min(fit, fair)));
      bands = ceilDiv(height, rows);
      band = stencil.size() == 0 ? null : new PixelBand(stencil, inH, inW, rows, width);
      boolean several = heavy && bands == 1 && band != null;
      int together = several ? Math.max(1, BAND / (inBlocks * band.blockSize())) : 1;
      groups = ceilDiv(batch, Math.min(batch, together));
      images = ceilDiv(batch, groups);
      splits = Math.max(1, Math.min(pairs, ceilDiv(wanted, groups * bands)));
      offsets = band == null ? new int[0] : offsets(channels);
      direct = places.columnStep == 1 && band != null;
      int products = stencil.size() * L;
      part =
          depth <= KEPT || !direct ? Math.max(1, depth) : Math.max(1, PART / products) * products;
    }

    // For each product, channel after channel of each tap, as the weights are packed.
    private int[] offsets(int channels) {
      int[] all = new int[depth];
      int at = 0;
      for (int first = 0; first < channels; first += L) {
        for (int shift : band.shifts()) {
          for (int lane = 0; lane < Math.min(L, channels - first); lane++) {
            all[at++] = first / L * band.blockSize() + shift + lane;
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
      float[] pixels = fill(firstImage, count, first);
      int end = (split + 1) * pairs / splits;
      for (int pair = split * pairs / splits; pair < end; pair++) {
        for (int k = 0; k == 0 || k < depth; k += part) {
          Part p = new Part(pixels, pair, k);
          for (int i = 0; i < count; i++) {
            p.image(firstImage + i, Alignment.START + i * imageSize(), first);
          }
        }
      }
    }

    private int imageSize() {
      return band == null ? 0 : inBlocks * band.blockSize();
    }

    private float[] fill(int firstImage, int count, int first) {
      if (band == null) {
        return null;
      }
      float[] pixels = Scratch.local().aligned(Scratch.Slot.RIGHT, count * imageSize());
      for (int b = 0; b < count * inBlocks; b++) {
        int from = xStart + (firstImage * inBlocks + b) * inPlane;
        band.fill(x, from, first, 0, pixels, Alignment.START + b * band.blockSize());
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
          operands =
              tail == null
                  ? Operands.sums(pixels, offsets, w, between, width * L)
                  : tail.fromBias(pixels, offsets, w, between, width * L);
          begin(0);
          begin(1);
        } else if (goesOn) {
          operands = new Operands(pixels, offsets, w, y, L, outPlane, y, outPlane);
        } else if (tail == null) {
          operands = Operands.sums(pixels, offsets, w, y, outPlane);
        } else {
          operands = tail.fromBias(pixels, offsets, w, y, outPlane);
        }
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
        for (int r = 0; r < count; r++) {
          int row = places.row + (firstRow + r) * places.rowStep;
          int to = plane + (row * outW + places.column) * L;
          int at = band == null ? 0 : from + r * band.rowSize();
          if (direct) {
            row(at, to);
            finish(to);
          } else {
            if (band != null) {
              row(at, Alignment.START);
            }
            write(to);
          }
        }
      }

      private int start(int to) {
        if (goesOn) {
          return to;
        }
        return tail == null ? 0 : tail.biasAt(2 * pair);
      }

      private void row(int from, int to) {
        int n;
        for (int i = 0; i < width; i += n) {
          n = Runs.next(width - i);
          int at = from + i * L;
          int c = to + i * L;
          if (two) {
            BlockedConvolutions.multiply2(n, operands, products, first, at, weights, start(c), c);
          } else {
            BlockedConvolutions.multiply1(n, operands, products, first, at, weights, start(c), c);
          }
        }
      }

      private void finish(int to) {
        if (tail != null && ends && tail.after()) {
          tail.finish(y, to, width);
          if (two) {
            tail.finish(y, to + outPlane, width);
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
