package dev.fovea.engine.kernel.simd;

import static dev.fovea.engine.kernel.BlockedConvolution.WINOGRAD_TILE;

import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.kernel.Scratch;
import dev.fovea.engine.kernel.Stencil;
import dev.fovea.engine.tensor.Alignment;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Storage;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Brings weights that change with each step of a training to the order of {@link
 * dev.fovea.engine.kernel.BlockedConvolution#pack}, fast. Results lie in memory of the calling
 * thread until it packs again. Thread-safe.
 */
final class WeightPacking {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.COUNT;
  private static final int AREA = WINOGRAD_TILE * WINOGRAD_TILE;

  private final Parallel parallel;

  WeightPacking(Parallel parallel) {
    this.parallel = parallel;
  }

  /**
   * Weights as a sum over {@code sources} channels for each of {@code targets} channels sees them:
   * that of tap {@code t} is {@code w[start + target * targetStep + source * sourceStep +
   * taps[t]]}.
   */
  private record View(
      float[] w, int start, int targets, int targetStep, int sources, int sourceStep, int[] taps) {

    int targetBlocks() {
      return ceilDiv(targets, L);
    }

    int pairs() {
      return ceilDiv(targetBlocks(), 2);
    }

    /** Floats from one product to the next. */
    int width(int pair) {
      return 2 * pair + 1 < targetBlocks() ? 2 * L : L;
    }

    int depth() {
      return sources * taps.length;
    }
  }

  private static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }

  private static int[] range(int n) {
    int[] all = new int[n];
    Arrays.setAll(all, i -> i);
    return all;
  }

  private static View forward(Tensor w) {
    int taps = w.shape().size(2, 4);
    int inputs = w.shape().dim(1);
    int outputs = w.shape().dim(0);
    return new View(w.array(), w.offset(), outputs, inputs * taps, inputs, taps, range(taps));
  }

  private static View byData(Tensor w, int[] taps) {
    int all = w.shape().size(2, 4);
    int inputs = w.shape().dim(1);
    int outputs = w.shape().dim(0);
    return new View(w.array(), w.offset(), inputs, all, outputs, inputs * all, taps);
  }

  /**
   * For a direct convolution.
   *
   * @param w {@code [O, C, kernelH, kernelW]}
   */
  Tensor direct(Tensor w) {
    return direct(forward(w));
  }

  /** For the gradient by data, as a direct sum under the taps of a stencil. */
  Tensor directByData(Tensor w, Stencil stencil) {
    return direct(byData(w, stencil.taps()));
  }

  /**
   * For Winograd's convolution.
   *
   * @param w {@code [O, C, 3, 3]}
   */
  Tensor winograd(Tensor w) {
    return winograd(forward(w));
  }

  /** For the gradient by data, as Winograd's convolution with the kernels turned around. */
  Tensor winogradByData(Tensor w) {
    return winograd(byData(w, new int[] {8, 7, 6, 5, 4, 3, 2, 1, 0}));
  }

  private static Tensor memory(Scratch.Slot slot, int size) {
    float[] memory = Scratch.local().aligned(slot, size);
    return Tensor.over(new Storage.Host(memory), Alignment.START, Shape.of(size));
  }

  private Tensor direct(View v) {
    int sourceBlocks = ceilDiv(v.sources, L);
    Tensor packed = memory(Scratch.Slot.PACKED, v.targetBlocks() * L * v.depth());
    parallel.run(
        v.pairs() * sourceBlocks,
        task -> {
          int pair = task / sourceBlocks;
          int first = task % sourceBlocks * L;
          int to = pair * v.depth() * 2 * L + first * v.taps.length * v.width(pair);
          packBlock(v, pair, first, packed.array(), packed.offset() + to);
        });
    return packed;
  }

  // The weights of a pair of blocks of targets for a block of sources.
  private static void packBlock(View v, int pair, int first, float[] to, int start) {
    int width = v.width(pair);
    int taps = v.taps.length;
    int used = Math.min(L, v.sources - first);
    int targets = Math.min(width, v.targets - pair * 2 * L);
    if (targets < width) {
      Arrays.fill(to, start, start + taps * used * width, 0);
    }
    float[] w = v.w;
    int from = v.start + pair * 2 * L * v.targetStep + first * v.sourceStep;
    int step = v.targetStep;
    if (step > v.sourceStep) {
      // Rows far apart fall into the same few lines of the cache: brought together first.
      int row = used * v.sourceStep;
      step = row | 1;
      w = Scratch.local().array(Scratch.Slot.ROWS, targets * step);
      for (int i = 0; i < targets; i++) {
        System.arraycopy(v.w, from + i * v.targetStep, w, i * step, row);
      }
      from = 0;
    }
    for (int c = 0; c < used; c++) {
      for (int t = 0; t < taps; t++) {
        gather(
            w,
            from + c * v.sourceStep + v.taps[t],
            step,
            to,
            start + (t * used + c) * width,
            targets);
      }
    }
  }

  private static void gather(float[] w, int from, int step, float[] to, int at, int n) {
    for (int i = 0; i < n; i++) {
      to[at + i] = w[from + i * step];
    }
  }

  private Tensor winograd(View v) {
    int sourceBlocks = ceilDiv(v.sources, L);
    Tensor packed = memory(Scratch.Slot.PACKED, v.targetBlocks() * L * AREA * v.sources);
    parallel.run(
        v.pairs() * sourceBlocks,
        task -> {
          int pair = task / sourceBlocks;
          int first = task % sourceBlocks * L;
          int used = Math.min(L, v.sources - first);
          int width = v.width(pair);
          float[] kernels = Scratch.local().array(Scratch.Slot.RIGHT, v.taps.length * L * 2 * L);
          float[] rows = Scratch.local().array(Scratch.Slot.TILE, 3 * WINOGRAD_TILE * L);
          packBlock(v, pair, first, kernels, 0);
          int point = v.sources * width;
          int to = packed.offset() + pair * AREA * v.sources * 2 * L + first * width;
          for (int i = 0; i < used * width; i += L) {
            transform(kernels, i, used * width, rows, packed.array(), to + i, point);
          }
        });
    return packed;
  }

  // One vector of kernels: its columns, then its rows.
  private static void transform(
      float[] kernels, int from, int tap, float[] rows, float[] to, int at, int point) {
    for (int j = 0; j < 3; j++) {
      transform3(kernels, from + j * tap, 3 * tap, rows, j * L, 3 * L);
    }
    for (int i = 0; i < WINOGRAD_TILE; i++) {
      transform3(rows, 3 * i * L, L, to, at + i * WINOGRAD_TILE * point, point);
    }
  }

  /** Three weights to six points: 0, 1, -1, 2, -2 and infinity. */
  private static void transform3(float[] s, int so, int ss, float[] d, int o, int ds) {
    FloatVector w0 = FloatVector.fromArray(S, s, so);
    FloatVector w1 = FloatVector.fromArray(S, s, so + ss);
    FloatVector w2 = FloatVector.fromArray(S, s, so + 2 * ss);
    FloatVector near = w0.add(w2).mul(-1f / 6);
    FloatVector far = w2.mul(1f / 6).add(w0.mul(1f / 24));
    FloatVector sixth = w1.mul(1f / 6);
    FloatVector twelfth = w1.mul(1f / 12);
    w0.mul(1f / 4).intoArray(d, o);
    near.sub(sixth).intoArray(d, o + ds);
    near.add(sixth).intoArray(d, o + 2 * ds);
    far.add(twelfth).intoArray(d, o + 3 * ds);
    far.sub(twelfth).intoArray(d, o + 4 * ds);
    w2.intoArray(d, o + 5 * ds);
  }
}
