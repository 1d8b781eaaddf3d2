package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Elements brought to other places by strides or by a mask. Thread-safe. */
final class Movements {

  private final Parallel parallel;

  Movements(Parallel parallel) {
    this.parallel = parallel;
  }

  void copy(StridedCopy g, Tensor source, Tensor target, boolean accumulate) {
    if (g.size() == 0) {
      return;
    }
    float[] in = source.array();
    float[] out = target.array();
    int[] starts = {source.offset() + g.sourceStart(), target.offset() + g.targetStart()};
    int[] kept = loops(g, true);
    int[] summed = loops(g, false);
    StridedLoops loops = over(g, kept);
    int from = loops.step(0);
    int to = loops.step(1);
    if (accumulate && summed.length > 0) {
      StridedLoops inner = over(g, summed);
      loops.run(
          parallel,
          starts,
          (at, n) -> {
            for (int i = 0; i < n; i++) {
              out[at[1] + i * to] += sum(inner, in, at[0] + i * from);
            }
          });
      return;
    }
    loops.run(
        parallel,
        starts,
        (at, n) -> {
          if (accumulate) {
            add(in, at[0], from, out, at[1], to, n);
          } else {
            copy(in, at[0], from, out, at[1], to, n);
          }
        });
  }

  /** Loops that move in the target, or those that stay: their elements are summed. */
  private static int[] loops(StridedCopy g, boolean moving) {
    return IntStream.range(0, g.rank())
        .filter(d -> g.extent(d) > 1 && (g.targetStride(d) != 0) == moving)
        .toArray();
  }

  private static StridedLoops over(StridedCopy g, int[] dims) {
    return StridedLoops.of(
        Arrays.stream(dims).map(g::extent).toArray(),
        Arrays.stream(dims).map(g::sourceStride).toArray(),
        Arrays.stream(dims).map(g::targetStride).toArray());
  }

  private static float sum(StridedLoops loops, float[] in, int start) {
    double[] sum = {0};
    int step = loops.step(0);
    loops.run(
        new int[] {start, 0},
        (at, n) -> {
          for (int i = 0; i < n; i++) {
            sum[0] += in[at[0] + i * step];
          }
        });
    return (float) sum[0];
  }

  private static void add(float[] in, int at, int from, float[] out, int start, int to, int n) {
    if (from == 1 && to == 1) {
      for (int i = 0; i < n; i++) {
        out[start + i] += in[at + i];
      }
    } else {
      for (int i = 0; i < n; i++) {
        out[start + i * to] += in[at + i * from];
      }
    }
  }

  private static void copy(float[] in, int at, int from, float[] out, int start, int to, int n) {
    if (from == 1 && to == 1) {
      System.arraycopy(in, at, out, start, n);
    } else if (from == 0 && to == 1) {
      Arrays.fill(out, start, start + n, in[at]);
    } else {
      for (int i = 0; i < n; i++) {
        out[start + i * to] = in[at + i * from];
      }
    }
  }

  void select(Tensor condition, Tensor a, Tensor b, Tensor y) {
    Shape full = y.shape();
    StridedLoops loops =
        StridedLoops.of(
            full.toArray(),
            strides(full, condition.shape()),
            strides(full, a.shape()),
            strides(full, b.shape()),
            full.strides());
    int stepC = loops.step(0);
    int stepA = loops.step(1);
    int stepB = loops.step(2);
    int stepY = loops.step(3);
    float[] c = condition.array();
    float[] out = y.array();
    loops.run(
        parallel,
        new int[] {condition.offset(), a.offset(), b.offset(), y.offset()},
        (at, n) -> {
          for (int i = 0; i < n; i++) {
            out[at[3] + i * stepY] =
                c[at[0] + i * stepC] != 0
                    ? a.array()[at[1] + i * stepA]
                    : b.array()[at[2] + i * stepB];
          }
        });
  }

  /** Strides of an operand along the dimensions of the shape it is broadcast to. */
  private static int[] strides(Shape full, Shape operand) {
    int[] own = operand.strides();
    int[] s = new int[full.rank()];
    for (int i = 1; i <= own.length; i++) {
      s[s.length - i] = operand.dim(-i) == 1 ? 0 : own[own.length - i];
    }
    return s;
  }
}
