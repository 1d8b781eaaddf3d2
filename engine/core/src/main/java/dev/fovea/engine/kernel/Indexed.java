package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;

/** Elements picked by indices, put back by indices, ranked, and boxes selected. Thread-safe. */
final class Indexed {

  private static final int CHUNK = 1 << 13;

  /** Inner elements one task of a scatter works on: whole cache lines, and several of them. */
  private static final int COLUMNS = 64;

  private final Parallel parallel;

  Indexed(Parallel parallel) {
    this.parallel = parallel;
  }

  /** Where the block that an index names starts in its outer part. */
  private static int target(Indexing g, Tensor indices, int o, int i, int j) {
    int position = g.position(o, i, j);
    int at = 0;
    for (int d = 0; d < g.extents().size(); d++) {
      float index = indices.array()[indices.offset() + position + d];
      at = at * g.extents().get(d) + g.checked(d, index, position + d);
    }
    return at * g.inner();
  }

  void gather(Indexing g, Tensor x, Tensor indices, boolean accumulate, Tensor y) {
    int inner = g.inner();
    int rows = g.outer() * g.count();
    if (rows == 0 || inner == 0) {
      return;
    }
    int outerSize = g.extent() * inner;
    int group = Math.max(1, CHUNK / inner);
    parallel.run(
        (rows + group - 1) / group,
        task -> {
          for (int r = task * group; r < Math.min(rows, (task + 1) * group); r++) {
            int o = r / g.count();
            int from = x.offset() + o * outerSize;
            int to = y.offset() + r * inner;
            if (!g.perInner()) {
              from += target(g, indices, o, r % g.count(), 0);
            }
            for (int j = 0; j < inner; j++) {
              int at = g.perInner() ? from + target(g, indices, o, r % g.count(), j) : from;
              float v = x.array()[at + j];
              y.array()[to + j] = accumulate ? y.array()[to + j] + v : v;
            }
          }
        });
  }

  void scatter(Indexing g, Tensor y, Tensor indices, boolean accumulate, Tensor x) {
    put(accumulate ? Binary.ADD : null, g, y, indices, x);
  }

  void scatterWith(Binary f, Indexing g, Tensor y, Tensor indices, Tensor x) {
    put(f, g, y, indices, x);
  }

  /** Puts elements to where indices say, combined with what is there; f is null to replace it. */
  private void put(Binary f, Indexing g, Tensor y, Tensor indices, Tensor x) {
    int inner = g.inner();
    int outerSize = g.extent() * inner;
    int columns = (inner + COLUMNS - 1) / COLUMNS;
    // Each task has elements of the target to itself: picks of one place follow each other in
    // order.
    parallel.run(
        g.outer() * columns,
        task -> {
          int o = task / columns;
          int first = task % columns * COLUMNS;
          int end = Math.min(inner, first + COLUMNS);
          for (int i = 0; i < g.count(); i++) {
            int from = y.offset() + (o * g.count() + i) * inner;
            int to = x.offset() + o * outerSize;
            if (!g.perInner()) {
              int at = to + target(g, indices, o, i, 0) + first;
              put(f, y.array(), from + first, x.array(), at, end - first);
              continue;
            }
            for (int j = first; j < end; j++) {
              int at = to + target(g, indices, o, i, j) + j;
              put(f, y.array(), from + j, x.array(), at, 1);
            }
          }
        });
  }

  private static void put(Binary f, float[] y, int from, float[] x, int to, int n) {
    if (f == null) {
      System.arraycopy(y, from, x, to, n);
    } else {
      BinaryRows.row(f, x, to, 1, y, from, 1, x, to, n);
    }
  }

  void topK(
      int outer,
      int n,
      int inner,
      int k,
      boolean largest,
      boolean lastOfEqual,
      Tensor x,
      Tensor values,
      Tensor indices) {
    parallel.run(
        outer,
        o -> {
          long[] keys = new long[n];
          for (int j = 0; j < inner; j++) {
            int from = x.offset() + o * n * inner + j;
            for (int i = 0; i < n; i++) {
              keys[i] = key(x.array()[from + i * inner], i, largest, lastOfEqual);
            }
            best(keys, k);
            for (int i = 0; i < k; i++) {
              int index = lastOfEqual ? ~(int) keys[i] : (int) keys[i];
              int to = (o * k + i) * inner + j;
              indices.array()[indices.offset() + to] = index;
              if (values != null) {
                values.array()[values.offset() + to] = x.array()[from + index * inner];
              }
            }
          }
        });
  }

  void nonMaxSuppression(GreedyNms g, Tensor boxes, Tensor scores, Tensor selected) {
    int classes = scores.shape().dim(1);
    int n = scores.shape().dim(2);
    int[][] kept = new int[scores.shape().dim(0) * classes][];
    parallel.run(
        kept.length,
        task -> {
          Tensor own = boxes.slice(task / classes, task / classes + 1);
          Tensor score = scores.reshape(kept.length, n).slice(task, task + 1);
          kept[task] = g.select(own.reshape(n, GreedyNms.COORDINATES), score.reshape(n));
        });
    float[] rows = selected.array();
    int to = selected.offset();
    for (int task = 0; task < kept.length; task++) {
      for (int box : kept[task]) {
        rows[to++] = task / classes;
        rows[to++] = task % classes;
        rows[to++] = box;
      }
    }
    Arrays.fill(rows, to, selected.offset() + selected.size(), -1);
  }

  /** A number that is the smaller the better: value in the upper half, index in the lower. */
  static long key(float value, int index, boolean largest, boolean lastOfEqual) {
    // The bits of floats of one sign are ordered like integers. Adding 0 makes +0 of -0.
    int bits = Float.floatToIntBits(value + 0f);
    int ordered = bits ^ (bits >> 31 & Integer.MAX_VALUE);
    long low = (lastOfEqual ? ~index : index) & 0xffffffffL;
    return (long) (largest ? ~ordered : ordered) << 32 | low;
  }

  /** Brings the k smallest to the front, in order. */
  private static void best(long[] keys, int k) {
    if (k > 1) {
      Arrays.sort(keys);
      return;
    }
    for (int i = 1; i < keys.length; i++) {
      keys[0] = Math.min(keys[0], keys[i]);
    }
  }
}
