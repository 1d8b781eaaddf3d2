package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;

/** Elementwise functions with broadcasting, and its adjoint, reduction. Thread-safe. */
final class Broadcasts {

  private final Elementwise elementwise;
  private final Parallel parallel;

  Broadcasts(Elementwise elementwise, Parallel parallel) {
    this.elementwise = elementwise;
    this.parallel = parallel;
  }

  void binary(Binary f, Tensor a, Tensor b, Tensor y) {
    if (y.size() == 0) {
      return;
    }
    Loops loops = Loops.of(y.shape(), a.shape(), b.shape());
    int inner = loops.extents[loops.rank() - 1];
    int rows = y.size() / inner;
    int stepA = loops.strides[0][loops.rank() - 1];
    int stepB = loops.strides[1][loops.rank() - 1];
    if (rows == 1) {
      elementwise.chunks(
          inner,
          (from, to) ->
              BinaryRows.row(
                  f,
                  a.array(),
                  a.offset() + from * stepA,
                  stepA,
                  b.array(),
                  b.offset() + from * stepB,
                  stepB,
                  y.array(),
                  y.offset() + from,
                  to - from));
      return;
    }
    int group = Math.max(1, (1 << 15) / inner);
    parallel.run(
        (rows + group - 1) / group,
        task -> {
          int end = Math.min(rows, (task + 1) * group);
          for (int r = task * group; r < end; r++) {
            BinaryRows.row(
                f,
                a.array(),
                a.offset() + loops.outer(0, r),
                stepA,
                b.array(),
                b.offset() + loops.outer(1, r),
                stepB,
                y.array(),
                y.offset() + r * inner,
                inner);
          }
        });
  }

  void reduce(Reduce f, Tensor x, boolean accumulate, Tensor y) {
    if (y.size() == 0) {
      return;
    }
    if (x.size() == 0) {
      if (!accumulate) {
        y.fill((float) Folds.ofNothing(f));
      }
      return;
    }
    if (x.size() == y.size() && Folds.keepsSingle(f)) {
      elementwise.axpby(1, x, accumulate ? 1 : 0, y);
      return;
    }
    double scale = f == Reduce.MEAN ? (double) y.size() / x.size() : 1;
    Loops loops = Loops.of(x.shape(), y.shape(), y.shape());
    // The outermost kept dimension is split among tasks, the rest of the order is that of memory.
    boolean split = loops.rank() > 1 && loops.strides[0][0] != 0;
    int tasks = split ? loops.extents[0] : 1;
    int perTask = y.size() / tasks;
    parallel.run(
        tasks,
        task -> {
          double[] values = fold(f, loops, tasks, task, x, perTask);
          float[] out = y.array();
          int to = y.offset() + task * perTask;
          for (int i = 0; i < perTask; i++) {
            double v = scale * values[i];
            out[to + i] = (float) (accumulate ? out[to + i] + v : v);
          }
        });
  }

  /** The reduced values of one task, before the division of a mean. */
  private static double[] fold(Reduce f, Loops loops, int tasks, int task, Tensor x, int perTask) {
    if (f != Reduce.LOG_SUM_EXP) {
      return fold(new Folds(f, perTask, null), loops, tasks, task, x);
    }
    double[] max = fold(new Folds(Reduce.MAX, perTask, null), loops, tasks, task, x);
    double[] sums = fold(new Folds(f, perTask, max), loops, tasks, task, x);
    for (int i = 0; i < perTask; i++) {
      sums[i] = Folds.logSumExp(max[i], sums[i]);
    }
    return sums;
  }

  private static double[] fold(Folds folds, Loops loops, int tasks, int task, Tensor x) {
    int last = loops.rank() - 1;
    int inner = loops.extents[last];
    boolean kept = loops.strides[0][last] != 0;
    int rowsPerTask = x.size() / inner / tasks;
    int base = task * folds.values().length;
    for (int r = task * rowsPerTask; r < (task + 1) * rowsPerTask; r++) {
      int at = x.offset() + r * inner;
      int to = loops.outer(0, r) - base;
      if (kept) {
        folds.each(to, x.array(), at, inner);
      } else {
        folds.all(to, x.array(), at, inner);
      }
    }
    return folds.values();
  }

  /**
   * Nested loops over a full shape and two operands that broadcast to it: dimensions that all walk
   * alike are merged, so that the innermost loop is long.
   */
  private record Loops(int[] extents, int[][] strides) {

    int rank() {
      return extents.length;
    }

    static Loops of(Shape full, Shape a, Shape b) {
      int rank = full.rank();
      int[] sa = strides(full, a);
      int[] sb = strides(full, b);
      int[] extents = new int[rank];
      int[][] strides = new int[2][rank];
      int n = 0;
      for (int i = 0; i < rank; i++) {
        int e = full.dim(i);
        if (e == 1) {
          continue;
        }
        boolean merge = n > 0 && strides[0][n - 1] == sa[i] * e && strides[1][n - 1] == sb[i] * e;
        int to = merge ? n - 1 : n++;
        extents[to] = merge ? extents[to] * e : e;
        strides[0][to] = sa[i];
        strides[1][to] = sb[i];
      }
      if (n == 0) {
        return new Loops(new int[] {1}, new int[2][1]);
      }
      return new Loops(
          Arrays.copyOf(extents, n),
          new int[][] {Arrays.copyOf(strides[0], n), Arrays.copyOf(strides[1], n)});
    }

    // Strides of an operand along the dimensions of the full shape; 0 where it is broadcast.
    private static int[] strides(Shape full, Shape operand) {
      int[] own = operand.strides();
      int[] s = new int[full.rank()];
      for (int i = 1; i <= operand.rank() && i <= s.length; i++) {
        s[s.length - i] = operand.dim(-i) == 1 ? 0 : own[own.length - i];
      }
      return s;
    }

    /** Start of operand {@code o} for row {@code r} of the outer loops. */
    int outer(int o, int r) {
      int at = 0;
      for (int i = extents.length - 2; i >= 0; i--) {
        at += r % extents[i] * strides[o][i];
        r /= extents[i];
      }
      return at;
    }
  }
}
