package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * Gradients of convolutions by their weights: each is a correlation of the gradient of the output
 * with the input, shifted by a tap of the kernel ({@link Band}). Cut by bands of images, whose sums
 * are added up in order at the end, and by input and output channels. Thread-safe.
 */
final class WeightGradients {

  // Floats of images that one task holds in the L2 cache.
  private static final int BAND = 128 * 1024;
  // Weights of one task: their running sums, one for each lane of a vector, stay there too.
  private static final int WEIGHTS = 32 * 1024;
  private static final int OUTPUTS = 48;
  // Flat positions of a band: with fewer, running sums are loaded and stored too often.
  private static final int POSITIONS = 2048;
  // Enough tasks to keep many cores busy, whatever their number: the split must not depend on it.
  private static final int TASKS = 16;

  private final Multiplier multiplier;
  private final Parallel parallel;

  WeightGradients(Multiplier multiplier, Parallel parallel) {
    this.multiplier = multiplier;
    this.parallel = parallel;
  }

  /** {@link Kernels#convByWeights}. */
  void add(Window g, int groups, Tensor x, Tensor dy, Tensor dw) {
    ConvolutionSizes sizes = ConvolutionSizes.of(groups, x, dw, dy);
    if (!sizes.empty()) {
      new Call(g, sizes, x, dy).addTo(dw);
    }
  }

  private static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }

  /** One call: how it is cut, and its operands. */
  private final class Call {
    final ConvolutionSizes s;
    final Tensor x;
    final Tensor dy;
    final Band band;
    // Blocks of output and of input channels.
    final int outputs;
    final int outputBlocks;
    final int inputs;
    final int inputBlocks;
    // Bands of all images, and how many of them a task adds up.
    final int bandsPerImage;
    final int bands;
    final int bandsPerChunk;
    final int chunks;

    Call(Window g, ConvolutionSizes s, Tensor x, Tensor dy) {
      this.s = s;
      this.x = x;
      this.dy = dy;
      int quantum = multiplier.rowQuantum();
      int block = ceilDiv(s.outputs(), ceilDiv(s.outputs(), OUTPUTS));
      outputs = Math.min(s.outputs(), ceilDiv(block, quantum) * quantum);
      outputBlocks = ceilDiv(s.outputs(), outputs);
      int rows = Math.min(s.outH(), ceilDiv(POSITIONS, s.outW()));
      int phases = Math.min(g.strideH() * g.strideW(), s.taps());
      int plane = phases * (rows + g.extentH()) * (s.outW() + g.extentW());
      int fit = Math.min(BAND / plane, WEIGHTS / (outputs * s.taps()));
      int channels = Math.max(1, Math.min(s.inputs(), fit));
      inputBlocks = ceilDiv(s.inputs(), channels);
      inputs = ceilDiv(s.inputs(), inputBlocks);
      bandsPerImage = ceilDiv(s.outH(), rows);
      bands = s.batch() * bandsPerImage;
      int blocks = s.groups() * outputBlocks * inputBlocks;
      bandsPerChunk = ceilDiv(bands, Math.min(bands, ceilDiv(TASKS, blocks)));
      chunks = ceilDiv(bands, bandsPerChunk);
      band =
          new Band(
              Stencil.forward(g),
              inputs,
              s.inH(),
              s.inW(),
              rows,
              s.outW(),
              multiplier.columnQuantum());
    }

    void addTo(Tensor dw) {
      int size = dw.size();
      float[] partial = Scratch.local().array(Scratch.Slot.PARTIAL, chunks * size);
      parallel.run(
          chunks * s.groups() * outputBlocks * inputBlocks,
          task -> {
            int c = task % inputBlocks * inputs;
            int o = task / inputBlocks % outputBlocks * outputs;
            int group = task / inputBlocks / outputBlocks % s.groups();
            int chunk = task / inputBlocks / outputBlocks / s.groups();
            sum(chunk, group, o, c, partial, chunk * size);
          });
      float[] out = dw.array();
      for (int chunk = 0; chunk < chunks; chunk++) {
        for (int i = 0; i < size; i++) {
          out[dw.offset() + i] += partial[chunk * size + i];
        }
      }
    }

    private void sum(int chunk, int group, int o, int c, float[] partial, int start) {
      int height = Math.min(outputs, s.outputs() - o);
      int width = Math.min(inputs, s.inputs() - c) * s.taps();
      Scratch scratch = Scratch.local();
      int sumsSize = multiplier.sumsSize(height, width);
      float[] sums = scratch.array(Scratch.Slot.SUMS, sumsSize);
      Arrays.fill(sums, 0, sumsSize, 0);
      float[] right = scratch.array(Scratch.Slot.RIGHT, band.size);
      float[] left = scratch.array(Scratch.Slot.GRADIENT, height * band.columns);
      int end = Math.min(bands, (chunk + 1) * bandsPerChunk);
      for (int b = chunk * bandsPerChunk; b < end; b++) {
        int image = b / bandsPerImage * s.groups() + group;
        int first = b % bandsPerImage * band.rows;
        int rows = Math.min(band.rows, s.outH() - first);
        int plane = image * s.inputs() + c;
        band.fill(
            x.array(), x.offset() + plane * s.inH() * s.inW(), first, width / s.taps(), right);
        fillGradient(image * s.outputs() + o, height, first, rows, left);
        int quantum = multiplier.columnQuantum();
        int columns = ceilDiv(band.columns(rows), quantum) * quantum;
        multiplier.correlate(
            left, 0, band.columns, height, right, band.offsets, 0, width, columns, sums);
      }
      int depth = s.inputs() * s.taps();
      int at = start + (group * s.outputs() + o) * depth + c * s.taps();
      multiplier.collect(sums, height, width, partial, at, depth);
    }

    // The gradient with the pitch of the band, and zero between the rows, where the band holds
    // other
    // rows' pixels.
    private void fillGradient(int plane, int planes, int first, int rows, float[] left) {
      Arrays.fill(left, 0, planes * band.columns, 0);
      for (int o = 0; o < planes; o++) {
        int from = dy.offset() + ((plane + o) * s.outH() + first) * s.outW();
        for (int r = 0; r < rows; r++) {
          int to = o * band.columns + r * band.pitch;
          System.arraycopy(dy.array(), from + r * s.outW(), left, to, s.outW());
        }
      }
    }
  }
}
