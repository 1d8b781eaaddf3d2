package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Tensor;

/**
 * Convolutions and their gradients by the data as sums of shifted images ({@link Stencil}, {@link
 * Band}), cut into bands of rows that fit the cache. Thread-safe.
 */
final class Convolutions {

  // Floats of image and result that one task holds in the L2 cache.
  private static final int BAND = 64 * 1024;
  private static final int TILE = 48 * 1024;
  // Flat positions of a band: fewer cost in edges, more bring nothing.
  private static final int POSITIONS = 1024;
  // Enough tasks to keep many cores busy, whatever their number: the split must not depend on it.
  private static final int TASKS = 16;

  private final Multiplier multiplier;
  private final Functions functions;
  private final Parallel parallel;

  Convolutions(Multiplier multiplier, Functions functions, Parallel parallel) {
    this.multiplier = multiplier;
    this.functions = functions;
    this.parallel = parallel;
  }

  /**
   * What becomes of a sum: a bias {@code [O]} is added, if it is not null, and a function applied,
   * if it is not null.
   */
  record Tail(Tensor bias, Unary function, float alpha, float beta) {}

  /** Writes results. */
  private interface Target {
    /** Row {@code r} of plane {@code plane} (within the group) of an image. */
    void write(int image, int group, int plane, int r, float[] tile, int at);

    /** Some rows of a plane from {@code r} on are written, and still in the cache. */
    default void written(int image, int group, int plane, int r, int rows) {}
  }

  /** Writes sums, with all that is added to them. */
  private final class Outputs implements Target {
    private final ConvolutionSizes s;
    private final Tensor z;
    private final Tail tail;
    private final Tensor y;

    Outputs(ConvolutionSizes s, Tensor z, Tail tail, Tensor y) {
      this.s = s;
      this.z = z;
      this.tail = tail;
      this.y = y;
    }

    private int channel(int group, int plane) {
      return group * s.outputs() + plane;
    }

    private int row(int image, int group, int plane, int r) {
      int planes = image * s.groups() * s.outputs() + channel(group, plane);
      return (planes * s.outH() + r) * s.outW();
    }

    @Override
    public void write(int image, int group, int plane, int r, float[] tile, int at) {
      int row = row(image, group, plane, r);
      int to = y.offset() + row;
      int width = s.outW();
      float[] out = y.array();
      Tensor bias = tail.bias;
      float b = bias == null ? 0 : bias.array()[bias.offset() + channel(group, plane)];
      if (z == null) {
        for (int i = 0; i < width; i++) {
          out[to + i] = tile[at + i] + b;
        }
      } else {
        float[] in = z.array();
        int from = z.offset() + row;
        for (int i = 0; i < width; i++) {
          out[to + i] = in[from + i] + (tile[at + i] + b);
        }
      }
    }

    @Override
    public void written(int image, int group, int plane, int r, int rows) {
      apply(row(image, group, plane, r), rows * s.outW());
    }

    /** Where no input reaches, there is nothing but what is added. */
    void withoutInput() {
      float[] zeros = new float[s.outW()];
      int channels = s.groups() * s.outputs();
      for (int p = 0; p < s.batch() * channels; p++) {
        for (int r = 0; r < s.outH(); r++) {
          write(p / channels, 0, p % channels, r, zeros, 0);
        }
      }
      apply(0, y.size());
    }

    private void apply(int from, int n) {
      if (tail.function != null) {
        int at = y.offset() + from;
        functions.unary(tail.function, tail.alpha, tail.beta, y.array(), at, y.array(), at, n);
      }
    }
  }

  void forward(Window g, int groups, Tensor x, Tensor w, Tensor z, Tail tail, Tensor y) {
    ConvolutionSizes s = ConvolutionSizes.of(groups, x, w, y);
    Outputs target = new Outputs(s, z, tail, y);
    if (s.empty()) {
      target.withoutInput();
      return;
    }
    int depth = s.inputs() * s.taps();
    Left left = new Left(w.array(), w.offset(), groups, s.outputs(), depth);
    Stencil stencil = Stencil.forward(g);
    apply(stencil, left, s.batch(), x, s.inputs(), s.inH(), s.inW(), s.outH(), s.outW(), target);
  }

  void byData(Window g, int groups, Tensor dy, Tensor w, Tensor dx) {
    ConvolutionSizes s = ConvolutionSizes.of(groups, dx, w, dy);
    if (s.empty()) {
      return;
    }
    for (int phaseH = 0; phaseH < Math.min(g.strideH(), s.inH()); phaseH++) {
      for (int phaseW = 0; phaseW < Math.min(g.strideW(), s.inW()); phaseW++) {
        Stencil stencil = Stencil.backward(g, phaseH, phaseW);
        if (stencil.size() > 0) {
          byDataPhase(g, s, stencil, phaseH, phaseW, dy, w, dx);
        }
      }
    }
  }

  private void byDataPhase(
      Window g,
      ConvolutionSizes s,
      Stencil stencil,
      int phaseH,
      int phaseW,
      Tensor dy,
      Tensor w,
      Tensor dx) {
    int rows = (s.inH() - phaseH + g.strideH() - 1) / g.strideH();
    int columns = (s.inW() - phaseW + g.strideW() - 1) / g.strideW();
    int step = g.strideW();
    float[] out = dx.array();
    Target target =
        (image, group, plane, r, tile, at) -> {
          int channel = (image * s.groups() + group) * s.inputs() + plane;
          int to = dx.offset() + (channel * s.inH() + r * g.strideH() + phaseH) * s.inW() + phaseW;
          if (step == 1) {
            for (int i = 0; i < columns; i++) {
              out[to + i] += tile[at + i];
            }
          } else {
            for (int i = 0; i < columns; i++) {
              out[to + i * step] += tile[at + i];
            }
          }
        };
    int depth = s.outputs() * stencil.size();
    Left left = new Left(turn(s, stencil, w), 0, s.groups(), s.inputs(), depth);
    apply(stencil, left, s.batch(), dy, s.outputs(), s.outH(), s.outW(), rows, columns, target);
  }

  // [G, O, I, taps] -> [G, I, O, taps of the stencil].
  private static float[] turn(ConvolutionSizes s, Stencil stencil, Tensor w) {
    int taps = stencil.size();
    float[] from = w.array();
    int size = s.groups() * s.inputs() * s.outputs() * taps;
    float[] to = Scratch.local().array(Scratch.Slot.LEFT, size);
    int at = 0;
    for (int group = 0; group < s.groups(); group++) {
      for (int i = 0; i < s.inputs(); i++) {
        for (int o = 0; o < s.outputs(); o++) {
          int kernel = w.offset() + ((group * s.outputs() + o) * s.inputs() + i) * s.taps();
          for (int t = 0; t < taps; t++) {
            to[at++] = from[kernel + stencil.taps()[t]];
          }
        }
      }
    }
    return to;
  }

  /** Left operands, {@code [groups, rows, depth]}, cut into blocks of rows. */
  private final class Left {
    final float[] array;
    final int start;
    final int groups;
    final int rows;
    final int depth;
    final int blockRows;
    final int blocks;

    Left(float[] array, int start, int groups, int rows, int depth) {
      this.array = array;
      this.start = start;
      this.groups = groups;
      this.rows = rows;
      this.depth = depth;
      // One block's results, for a band, should stay in the cache next to the image.
      blockRows = Math.min(rows, 4 * multiplier.rowQuantum());
      blocks = (rows + blockRows - 1) / blockRows;
    }

    int rowsOf(int block) {
      return Math.min(blockRows, rows - block * blockRows);
    }

    void multiply(int group, int block, float[] band, Band b, int columns, float[] tile) {
      int from = start + (group * rows + block * blockRows) * depth;
      multiplier.multiply(
          array,
          from,
          depth,
          rowsOf(block),
          depth,
          band,
          0,
          b.offsets,
          columns,
          tile,
          0,
          b.columns,
          false);
    }
  }

  private void apply(
      Stencil stencil,
      Left left,
      int batch,
      Tensor x,
      int channels,
      int inH,
      int inW,
      int outH,
      int outW,
      Target target) {
    int rows = bandRows(stencil, channels, outH, outW, batch * left.groups, left.blockRows);
    Band band = new Band(stencil, channels, inH, inW, rows, outW, multiplier.columnQuantum());
    int bands = (outH + rows - 1) / rows;
    int images = batch * left.groups;
    int wanted = Math.min(left.blocks, (TASKS + images * bands - 1) / (images * bands));
    int blocksPerSplit = (left.blocks + wanted - 1) / wanted;
    int splits = (left.blocks + blocksPerSplit - 1) / blocksPerSplit;
    float[] in = x.array();
    parallel.run(
        images * bands * splits,
        task -> {
          int split = task % splits;
          int first = task / splits % bands * rows;
          int image = task / splits / bands;
          int group = image % left.groups;
          Scratch scratch = Scratch.local();
          float[] right = scratch.array(Scratch.Slot.RIGHT, band.size);
          float[] tile = scratch.array(Scratch.Slot.TILE, left.blockRows * band.columns);
          band.fill(in, x.offset() + image * channels * inH * inW, first, channels, right);
          int count = Math.min(rows, outH - first);
          int end = Math.min(left.blocks, (split + 1) * blocksPerSplit);
          for (int block = split * blocksPerSplit; block < end; block++) {
            left.multiply(group, block, right, band, band.columns(count), tile);
            int planes = left.rowsOf(block);
            for (int p = 0; p < planes; p++) {
              int plane = block * left.blockRows + p;
              int at = p * band.columns;
              for (int r = 0; r < count; r++) {
                target.write(
                    image / left.groups, group, plane, first + r, tile, at + r * band.pitch);
              }
              target.written(image / left.groups, group, plane, first, count);
            }
          }
        });
  }

  // Rows of a band: as many as fit, so that little of the image is copied twice, but some bands for
  // several threads.
  private static int bandRows(
      Stencil stencil, int channels, int outH, int outW, int images, int planes) {
    int area = stencil.strideH() * stencil.strideW();
    int fit = Math.min(BAND / Math.min(area, stencil.size()) / channels, TILE / planes) / outW;
    int rows = Math.min(fit, (POSITIONS + outW - 1) / outW);
    int share = (outH * images + TASKS - 1) / TASKS;
    rows = Math.min(rows, Math.max(share, (POSITIONS / 4 + outW - 1) / outW));
    rows = Math.max(1, Math.min(rows, outH));
    int bands = (outH + rows - 1) / rows;
    return (outH + bands - 1) / bands;
  }
}
