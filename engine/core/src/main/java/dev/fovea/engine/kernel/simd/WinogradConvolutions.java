package dev.fovea.engine.kernel.simd;

import static dev.fovea.engine.kernel.BlockedConvolution.WINOGRAD_OUTPUT;
import static dev.fovea.engine.kernel.BlockedConvolution.WINOGRAD_TILE;

import dev.fovea.engine.kernel.BlockedConvolution;
import dev.fovea.engine.kernel.BlockedKernels.Tail;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.kernel.Scratch;
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
      // Each split transforms all tiles again: a few hundredths of the work.
      splits = parallel.threads() == 1 ? 1 : Math.max(1, Math.min(pairs, ceilDiv(wanted, chunks)));
      offsets = new int[inputs];
      for (int k = 0; k < inputs; k++) {
        offsets[k] = k / L * chunk * L + k % L;
      }
    }

    void task(int task) {
      int split = task % splits;
      int first = task / splits * chunk;
      int count = Math.min(chunk, tiles - first);
      Scratch scratch = Scratch.local();
      int point = inBlocks * chunk * L;
      float[] v = scratch.array(Scratch.Slot.TRANSFORMED, AREA * point);
      float[] m = scratch.array(Scratch.Slot.PRODUCTS, AREA * 2 * chunk * L);
      float[] patch = scratch.array(Scratch.Slot.PATCH, 2 * AREA * L);
      for (int t = 0; t < count; t++) {
        for (int b = 0; b < inBlocks; b++) {
          transform(first + t, b, patch, v, (b * chunk + t) * L, point);
        }
      }
      int end = (split + 1) * pairs / splits;
      for (int pair = split * pairs / splits; pair < end; pair++) {
        boolean two = 2 * pair + 1 < outBlocks;
        for (int i = 0; i < AREA; i++) {
          multiply(i, pair, two, count, v, i * point, m);
        }
        for (int t = 0; t < count; t++) {
          finish(first + t, 2 * pair, m, t * L, patch);
          if (two) {
            finish(first + t, 2 * pair + 1, m, (chunk + t) * L, patch);
          }
        }
      }
    }

    private void transform(int tile, int block, float[] patch, float[] v, int to, int point) {
      int image = tile / perImage;
      int row = tile % perImage / across * WINOGRAD_OUTPUT - top;
      int column = tile % across * WINOGRAD_OUTPUT - left;
      int plane = xStart + (image * inBlocks + block) * inH * inW * L;
      boolean inside =
          row >= 0 && column >= 0 && row + WINOGRAD_TILE <= inH && column + WINOGRAD_TILE <= inW;
      float[] from = x;
      int at = plane + (row * inW + column) * L;
      int rowStep = inW * L;
      if (!inside) {
        copy(plane, row, column, patch, AREA * L);
        from = patch;
        at = AREA * L;
        rowStep = WINOGRAD_TILE * L;
      }
      for (int j = 0; j < WINOGRAD_TILE; j++) {
        WinogradTransforms.input(from, at + j * L, rowStep, patch, j * L, WINOGRAD_TILE * L);
      }
      for (int i = 0; i < WINOGRAD_TILE; i++) {
        WinogradTransforms.input(
            patch, i * WINOGRAD_TILE * L, L, v, to + i * WINOGRAD_TILE * point, point);
      }
    }

    // A tile that reaches over the edge, with zeros there.
    private void copy(int plane, int row, int column, float[] patch, int to) {
      Arrays.fill(patch, to, to + AREA * L, 0);
      int from = Math.max(0, -column);
      int n = Math.min(WINOGRAD_TILE, inW - column) - from;
      for (int i = Math.max(0, -row); i < Math.min(WINOGRAD_TILE, inH - row) && n > 0; i++) {
        System.arraycopy(
            x,
            plane + ((row + i) * inW + column + from) * L,
            patch,
            to + (i * WINOGRAD_TILE + from) * L,
            n * L);
      }
    }

    private void multiply(int i, int pair, boolean two, int count, float[] v, int from, float[] m) {
      int width = two ? 2 * L : L;
      int weights = wStart + (pair * AREA * 2 * L + i * width) * inputs;
      int to = i * 2 * chunk * L;
      int size;
      for (int t = 0; t < count; t += size) {
        size = Runs.next(count - t);
        int at = from + t * L;
        if (two) {
          BlockedConvolutions.multiply2(
              size, inputs, v, at, offsets, w, weights, m, to + t * L, chunk * L);
        } else {
          BlockedConvolutions.multiply1(size, inputs, v, at, offsets, w, weights, m, to + t * L);
        }
      }
    }

    private void finish(int tile, int block, float[] m, int from, float[] patch) {
      int image = tile / perImage;
      int row = tile % perImage / across * WINOGRAD_OUTPUT;
      int column = tile % across * WINOGRAD_OUTPUT;
      int point = 2 * chunk * L;
      for (int j = 0; j < WINOGRAD_TILE; j++) {
        WinogradTransforms.output(
            m, from + j * point, WINOGRAD_TILE * point, patch, j * L, WINOGRAD_TILE * L);
      }
      int to = yStart + (((image * outBlocks + block) * outH + row) * outW + column) * L;
      int width = Math.min(WINOGRAD_OUTPUT, outW - column);
      int height = Math.min(WINOGRAD_OUTPUT, outH - row);
      int result = AREA * L;
      for (int i = 0; i < height; i++) {
        WinogradTransforms.output(patch, i * WINOGRAD_TILE * L, L, patch, result, L);
        tail.apply(patch, result, y, to + i * outW * L, width, block);
      }
    }
  }
}
