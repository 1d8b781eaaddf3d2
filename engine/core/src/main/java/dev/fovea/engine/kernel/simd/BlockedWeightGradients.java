package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.BlockedConvolution;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.kernel.Scratch;
import dev.fovea.engine.kernel.Stencil;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.tensor.Alignment;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Gradients by weights of convolutions of channel-blocked images: for each pair of blocks of output
 * channels, products of all input channels under all taps, summed over the pixels of some rows or
 * of some small images. Thread-safe.
 *
 * <p>Cut by channels, and where these are few, by parts of the batch, whose sums are added up in
 * order at the end. The cut does not depend on the number of threads.
 */
final class BlockedWeightGradients {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.COUNT;
  private static final int QUAD = 4;
  // Pixels of several small images that make a band.
  private static final int PIXELS = 256;
  // Floats of images that a task holds in the L2 cache, and of running sums.
  private static final int BAND = 128 * 1024;
  private static final int SUMS = 32 * 1024;
  // Enough tasks to keep many cores busy, whatever their number: the cut must not depend on it.
  private static final int TASKS = 16;

  private final Parallel parallel;

  BlockedWeightGradients(Parallel parallel) {
    this.parallel = parallel;
  }

  /**
   * Adds to {@code dw}.
   *
   * @param x in blocks, or {@code [N, C, H, W]} with fewer channels than a block
   * @param dy in blocks
   * @param dw {@code [O, C, kernelH, kernelW]}
   */
  void add(Window g, Tensor x, Tensor dy, Tensor dw) {
    Call call = new Call(g, x, dy, dw);
    parallel.run(call.chunks * call.parts, call::task);
    if (call.chunks > 1) {
      parallel.run(call.parts, call::collectChunks);
    }
  }

  private static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }

  /** One call: how it is cut, and its operands. */
  private final class Call {
    final Tensor x;
    final Tensor dy;
    final Tensor dw;
    final int batch;
    final int inputs;
    final int outputs;
    final int taps;
    // Of an image that is not in blocks; else 0.
    final int planes;
    final int inBlocks;
    final int outBlocks;
    final int inPlane;
    final int outH;
    final int outW;
    // A band: some rows of an image, or some whole images.
    final int rows;
    final int images;
    final int bandsPerImage;
    final int bands;
    final PixelBand band;
    // Where the pixels of a band lie in it.
    final int[] places;
    // A part: a pair of blocks of outputs, a group of blocks of inputs.
    final int groupBlocks;
    final int groups;
    final int parts;
    // For each group, where its quads begin in a band: block by block, tap by tap.
    final int[][] quads;
    final int chunks;
    final int bandsPerChunk;
    // Floats of the sums of a part.
    final int region;
    final float[] partial;

    Call(Window g, Tensor x, Tensor dy, Tensor dw) {
      this.x = x;
      this.dy = dy;
      this.dw = dw;
      Shape in = x.shape();
      Shape out = dy.shape();
      batch = in.dim(0);
      outputs = dw.shape().dim(0);
      inputs = dw.shape().dim(1);
      taps = g.kernelH() * g.kernelW();
      boolean planar = in.rank() == 4;
      planes = planar ? inputs : 0;
      inBlocks = planar ? 1 : in.dim(1);
      inPlane = in.dim(2) * in.dim(3) * (planar ? inputs : L);
      outBlocks = out.dim(1);
      outH = out.dim(2);
      outW = out.dim(3);
      rows = ceilDiv(outH, ceilDiv(outH, BlockedConvolution.gradientRows(outH, outW)));
      band = new PixelBand(Stencil.forward(g), in.dim(2), in.dim(3), rows, outW);
      int fit = Math.min(PIXELS / (outH * outW), BAND / band.blockSize());
      images = planar || rows < outH ? 1 : Math.max(1, Math.min(batch, fit));
      bandsPerImage = ceilDiv(outH, rows);
      bands = images > 1 ? ceilDiv(batch, images) : batch * bandsPerImage;
      places = places();
      int pairs = ceilDiv(outBlocks, 2);
      int most = Math.min(SUMS / (taps * 2 * L * L), BAND / (images * band.blockSize()));
      groupBlocks = Math.max(1, Math.min(inBlocks, most));
      groups = ceilDiv(inBlocks, groupBlocks);
      parts = pairs * groups;
      quads = new int[groups][];
      for (int i = 0; i < groups; i++) {
        quads[i] = quads(i);
      }
      bandsPerChunk = ceilDiv(bands, Math.min(bands, ceilDiv(TASKS, parts)));
      chunks = ceilDiv(bands, bandsPerChunk);
      region = groupBlocks * taps * L * 2 * L;
      partial =
          chunks == 1 ? null : Scratch.local().array(Scratch.Slot.PARTIAL, chunks * parts * region);
    }

    private int[] places() {
      int[] all = new int[images * rows * outW];
      for (int i = 0; i < all.length; i++) {
        int row = i / outW;
        all[i] = row / rows * band.blockSize() + row % rows * band.rowSize() + i % outW * L;
      }
      return all;
    }

    /** Blocks of a group. */
    private int blocks(int group) {
      return Math.min(groupBlocks, inBlocks - group * groupBlocks);
    }

    /** Channels that are used of a block of inputs. */
    private int used(int block) {
      return Math.min(L, inputs - block * L);
    }

    private int[] quads(int group) {
      int[] all = new int[blocks(group) * taps * L / QUAD];
      int n = 0;
      for (int b = 0; b < blocks(group); b++) {
        for (int shift : band.shifts()) {
          for (int c = 0; c < used(group * groupBlocks + b); c += QUAD) {
            all[n++] = Alignment.START + b * images * band.blockSize() + shift + c;
          }
        }
      }
      return Arrays.copyOf(all, n);
    }

    void task(int task) {
      int part = task % parts;
      int chunk = task / parts;
      int group = part % groups;
      int pair = part / groups;
      boolean two = 2 * pair + 1 < outBlocks;
      int step = QUAD * (two ? 2 * L : L);
      int[] starts = quads[group];
      Scratch scratch = Scratch.local();
      float[] sums = scratch.aligned(Scratch.Slot.SUMS, region);
      Arrays.fill(sums, Alignment.START, Alignment.START + starts.length * step, 0);
      float[] right =
          scratch.aligned(Scratch.Slot.RIGHT, blocks(group) * images * band.blockSize());
      float[] left = scratch.aligned(Scratch.Slot.GRADIENT, places.length * 2 * L);
      int end = Math.min(bands, (chunk + 1) * bandsPerChunk);
      for (int b = chunk * bandsPerChunk; b < end; b++) {
        int image = images > 1 ? b * images : b / bandsPerImage;
        int first = images > 1 ? 0 : b % bandsPerImage * rows;
        int imageCount = Math.min(images, batch - image);
        int pixels = Math.min(rows, outH - first) * outW;
        for (int i = 0; i < imageCount; i++) {
          fillImage(group, image + i, first, right, Alignment.START + i * band.blockSize());
          fillGradient(pair, two, image + i, first, pixels, left, i * pixels);
        }
        multiply(starts, two, imageCount * pixels, right, left, sums, step);
      }
      if (chunks == 1) {
        collect(pair, group, sums, Alignment.START);
      } else {
        System.arraycopy(
            sums, Alignment.START, partial, (chunk * parts + part) * region, starts.length * step);
      }
    }

    private void fillImage(int group, int image, int first, float[] right, int at) {
      if (planes > 0) {
        band.fillPlanes(x.array(), x.offset() + image * inPlane, planes, first, right, at);
        return;
      }
      for (int b = 0; b < blocks(group); b++) {
        int block = image * inBlocks + group * groupBlocks + b;
        int to = b * images * band.blockSize() + at;
        band.fill(x.array(), x.offset() + block * inPlane, first, 0, right, to);
      }
    }

    // The vectors of a pixel next to each other.
    private void fillGradient(
        int pair, boolean two, int image, int first, int pixels, float[] left, int to) {
      int plane = outH * outW * L;
      int from = dy.offset() + (image * outBlocks + 2 * pair) * plane + first * outW * L;
      if (two) {
        interleave(dy.array(), from, from + plane, left, Alignment.START + 2 * L * to, pixels);
      } else {
        System.arraycopy(dy.array(), from, left, Alignment.START + L * to, pixels * L);
      }
    }

    private void multiply(
        int[] starts, boolean two, int n, float[] right, float[] left, float[] sums, int step) {
      int d = Alignment.START;
      int q = 0;
      for (; q + 3 <= starts.length; q += 3) {
        int a = starts[q];
        int b = starts[q + 1];
        int c = starts[q + 2];
        if (two) {
          GradientTiles.tile12x2(n, right, a, b, c, places, left, d, sums, d + q * step);
        } else {
          GradientTiles.tile12x1(n, right, a, b, c, places, left, d, sums, d + q * step);
        }
      }
      for (; q < starts.length; q++) {
        if (two) {
          GradientTiles.tile4x2(n, right, starts[q], places, left, d, sums, d + q * step);
        } else {
          GradientTiles.tile4x1(n, right, starts[q], places, left, d, sums, d + q * step);
        }
      }
    }

    void collectChunks(int part) {
      for (int chunk = 0; chunk < chunks; chunk++) {
        collect(part / groups, part % groups, partial, (chunk * parts + part) * region);
      }
    }

    /** Adds the sums of a part to the gradient. */
    private void collect(int pair, int group, float[] sums, int at) {
      int width = 2 * pair + 1 < outBlocks ? 2 * L : L;
      int first = pair * 2 * L;
      int count = Math.min(width, outputs - first);
      int start = at;
      for (int b = 0; b < blocks(group); b++) {
        int block = group * groupBlocks + b;
        int used = used(block);
        int padded = ceilDiv(used, QUAD) * QUAD;
        for (int o = 0; o < count; o++) {
          int to = dw.offset() + ((first + o) * inputs + block * L) * taps;
          add(sums, start + o, width, padded, dw.array(), to, used);
        }
        start += taps * padded * width;
      }
    }

    // To the weights of one output for the inputs of a block.
    private void add(
        float[] sums, int from, int width, int padded, float[] to, int start, int used) {
      for (int t = 0; t < taps; t++) {
        int at = from + t * padded * width;
        for (int c = 0; c < used; c++) {
          to[start + c * taps + t] += sums[at + c * width];
        }
      }
    }
  }

  private static void interleave(float[] a, int first, int second, float[] to, int at, int n) {
    for (int i = 0; i < n; i++) {
      FloatVector.fromArray(S, a, first + i * L).intoArray(to, at + 2 * i * L);
      FloatVector.fromArray(S, a, second + i * L).intoArray(to, at + 2 * i * L + L);
    }
  }
}
