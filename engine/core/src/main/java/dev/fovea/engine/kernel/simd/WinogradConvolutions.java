package dev.fovea.engine.kernel.simd;

import static dev.fovea.engine.kernel.BlockedConvolution.WINOGRAD_OUTPUT;
import static dev.fovea.engine.kernel.BlockedConvolution.WINOGRAD_TILE;

import dev.fovea.engine.kernel.BlockedConvolution;
import dev.fovea.engine.kernel.BlockedKernels.Tail;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.kernel.Scratch;
import dev.fovea.engine.kernel.simd.PixelTiles.Operands;
import dev.fovea.engine.tensor.Alignment;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * {@link BlockedConvolution.Algorithm#WINOGRAD}: tiles of 6x6 pixels, overlapping by two, are
 * transformed; for each of the 36 points a product of matrices; tiles of 4x4 results transformed
 * back. A chunk of tiles goes all the way at a time, and never leaves the cache. Thread-safe.
 */
final class WinogradConvolutions {

  private static final int L = Lanes.COUNT;
  private static final int AREA = WINOGRAD_TILE * WINOGRAD_TILE;
  // Floats of transformed tiles that a task holds.
  private static final int CHUNK = 128 * 1024;
  // Tiles below which the weights are read too often: two tiles of registers.
  private static final int LEAST_TILES = 28;
  private static final int SHARE = 2;
  // Tiles side by side that are transformed together.
  private static final int STRIP = 14;

  private final SimdFunctions functions;
  private final Parallel parallel;

  WinogradConvolutions(SimdFunctions functions, Parallel parallel) {
    this.functions = functions;
    this.parallel = parallel;
  }

  void run(BlockedConvolution c, Tensor x, Tensor w, Tail tail, Tensor y) {
    Call call = new Call(c, x, w, new TailFunctions(functions, tail, y.offset()), y);
    parallel.run(call.chunks * call.splits, call::task);
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
    final int inputs;
    final int inBlocks;
    final int outBlocks;
    final int pairs;
    final int inH;
    final int inW;
    final int outH;
    final int outW;
    final int top;
    final int left;
    final int across;
    final int perImage;
    final int tiles;
    final int chunk;
    final int chunks;
    final int splits;
    final int[] offsets;
    // Where a task's memory has what: floats between points of the tiles, which lie at its start,
    // the products and theirs, columns of a run transformed, rows with borders.
    final int point;
    final int products;
    final int productPoint;
    final int strip;
    final int padded;
    final int size;

    Call(BlockedConvolution c, Tensor x, Tensor w, TailFunctions tail, Tensor y) {
      this.x = x.array();
      this.w = w.array();
      this.y = y.array();
      this.xStart = x.offset();
      this.wStart = w.offset();
      this.yStart = y.offset();
      this.tail = tail;
      inputs = c.inputs();
      inBlocks = x.shape().dim(1);
      outBlocks = y.shape().dim(1);
      pairs = ceilDiv(outBlocks, 2);
      inH = x.shape().dim(2);
      inW = x.shape().dim(3);
      outH = y.shape().dim(2);
      outW = y.shape().dim(3);
      top = c.window().padTop();
      left = c.window().padLeft();
      across = BlockedConvolution.tiles(outW);
      perImage = across * BlockedConvolution.tiles(outH);
      tiles = x.shape().dim(0) * perImage;
      int wanted = parallel.threads() == 1 ? 1 : SHARE * parallel.threads();
      int fit = Math.max(LEAST_TILES, CHUNK / (AREA * inBlocks * L));
      int fair = Math.max(LEAST_TILES, ceilDiv(tiles, wanted));
      chunks = ceilDiv(tiles, Math.min(fit, fair));
      chunk = ceilDiv(tiles, chunks);
      // Each split transforms all tiles again.
      splits = Math.max(1, Math.min(pairs, ceilDiv(parallel.threads(), chunks)));
      offsets = new int[inputs];
      for (int k = 0; k < inputs; k++) {
        offsets[k] = k / L * chunk * L + k % L;
      }
      // Odd numbers of lines: points a power of two apart fall into the same few lines of the
      // cache.
      point = (inBlocks * chunk | 1) * L;
      productPoint = (2 * chunk | 1) * L;
      products = Alignment.START + AREA * point;
      strip = products + AREA * productPoint;
      padded = strip + columns(Math.min(STRIP, across)) * WINOGRAD_TILE * L;
      size = padded + columns(Math.min(STRIP, across)) * WINOGRAD_TILE * L;
    }

    void task(int task) {
      int split = task % splits;
      int first = task / splits * chunk;
      int count = Math.min(chunk, tiles - first);
      float[] memory = Scratch.local().aligned(Scratch.Slot.TRANSFORMED, size);
      runs(first, count, (tile, n, t) -> transform(memory, tile, n, t));
      Operands o = Operands.sums(memory, offsets, w, memory, chunk * L);
      int end = (split + 1) * pairs / splits;
      for (int p = split * pairs / splits; p < end; p++) {
        int pair = p;
        for (int i = 0; i < AREA; i++) {
          multiply(o, i, pair, count);
        }
        runs(first, count, (tile, n, t) -> finish(memory, tile, n, t, pair));
      }
    }

    /** Cuts tiles into runs that lie side by side. */
    private void runs(int first, int count, Run work) {
      int n;
      for (int t = 0; t < count; t += n) {
        int tile = first + t;
        n = Math.min(Math.min(STRIP, count - t), across - tile % across);
        work.run(tile, n, t);
      }
    }

    private void transform(float[] memory, int tile, int n, int t) {
      int image = tile / perImage;
      int row = tile % perImage / across * WINOGRAD_OUTPUT - top;
      int column = tile % across * WINOGRAD_OUTPUT - left;
      int columns = columns(n);
      // Those that lie in the image, counted from the first of the run.
      int from = Math.min(columns, Math.max(0, -column));
      int end = Math.max(from, Math.min(columns, inW - column));
      boolean inside = row >= 0 && row + WINOGRAD_TILE <= inH;
      for (int b = 0; b < inBlocks; b++) {
        int plane = xStart + (image * inBlocks + b) * inH * inW * L;
        int to = strip + from * WINOGRAD_TILE * L;
        if (inside) {
          int at = plane + (row * inW + column + from) * L;
          WinogradTransforms.inputColumns(x, at, inW * L, memory, to, end - from);
        } else {
          copyRows(plane + (column + from) * L, row, end - from, memory);
          WinogradTransforms.inputColumns(memory, padded, (end - from) * L, memory, to, end - from);
        }
        Arrays.fill(memory, strip, to, 0);
        Arrays.fill(
            memory, strip + end * WINOGRAD_TILE * L, strip + columns * WINOGRAD_TILE * L, 0);
        WinogradTransforms.inputTiles(
            memory, strip, memory, Alignment.START + (b * chunk + t) * L, point, n);
      }
    }

    private static int columns(int n) {
      return n * WINOGRAD_OUTPUT + WINOGRAD_TILE - WINOGRAD_OUTPUT;
    }

    // Rows of tiles that reach over the edge, with zeros there.
    private void copyRows(int start, int row, int columns, float[] memory) {
      for (int i = 0; i < WINOGRAD_TILE; i++) {
        int to = padded + i * columns * L;
        if (row + i < 0 || row + i >= inH) {
          Arrays.fill(memory, to, to + columns * L, 0);
        } else {
          System.arraycopy(x, start + (row + i) * inW * L, memory, to, columns * L);
        }
      }
    }

    private void multiply(Operands o, int i, int pair, int count) {
      boolean two = 2 * pair + 1 < outBlocks;
      int width = two ? 2 * L : L;
      int weights = wStart + (pair * AREA * 2 * L + i * width) * inputs;
      int from = Alignment.START + i * point;
      int to = products + i * productPoint;
      int n;
      for (int t = 0; t < count; t += n) {
        n = Runs.next(count - t);
        int at = from + t * L;
        if (two) {
          PixelTiles.multiply2(n, o, inputs, 0, at, weights, 0, to + t * L);
        } else {
          PixelTiles.multiply1(n, o, inputs, 0, at, weights, 0, to + t * L);
        }
      }
    }

    private void finish(float[] memory, int tile, int n, int t, int pair) {
      int image = tile / perImage;
      int row = tile % perImage / across * WINOGRAD_OUTPUT;
      int column = tile % across * WINOGRAD_OUTPUT;
      int width = Math.min(n * WINOGRAD_OUTPUT, outW - column);
      int height = Math.min(WINOGRAD_OUTPUT, outH - row);
      // A tile that reaches over the edge is computed apart.
      int whole = height == WINOGRAD_OUTPUT ? width / WINOGRAD_OUTPUT : 0;
      for (int v = 0; v < 2 && 2 * pair + v < outBlocks; v++) {
        int block = 2 * pair + v;
        int from = products + (v * chunk + t) * L;
        int to = yStart + (((image * outBlocks + block) * outH + row) * outW + column) * L;
        WinogradTransforms.output(
            memory, from, productPoint, memory, strip, y, to, outW * L, whole);
        for (int k = whole; k < n; k++) {
          edge(
              memory,
              from + k * L,
              to + k * WINOGRAD_OUTPUT * L,
              width - k * WINOGRAD_OUTPUT,
              height);
        }
        for (int i = 0; i < height && !tail.empty(); i++) {
          int at = to + i * outW * L;
          tail.apply(y, at, y, at, width, block);
        }
      }
    }

    private void edge(float[] memory, int from, int to, int width, int height) {
      WinogradTransforms.output(
          memory, from, productPoint, memory, strip, memory, padded, WINOGRAD_OUTPUT * L, 1);
      for (int i = 0; i < height; i++) {
        System.arraycopy(
            memory,
            padded + i * WINOGRAD_OUTPUT * L,
            y,
            to + i * outW * L,
            Math.min(WINOGRAD_OUTPUT, width) * L);
      }
    }
  }

  /** Tiles side by side. */
  private interface Run {
    /**
     * For {@code n} tiles from the one with number {@code tile} among all on, the one with number
     * {@code t} in the chunk.
     */
    void run(int tile, int n, int t);
  }
}
