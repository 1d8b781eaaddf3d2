package dev.fovea.engine.kernel;

import java.util.Arrays;

/**
 * Nested loops over several operands with a stride each: loops that walk alike in all operands are
 * merged, so that the innermost one is long.
 */
final class StridedLoops {

  private static final int CHUNK = 1 << 15;

  private final int[] extents;
  private final int[][] strides;

  private StridedLoops(int[] extents, int[][] strides) {
    this.extents = extents;
    this.strides = strides;
  }

  /** Work on one innermost loop. */
  interface Row {
    /**
     * Works.
     *
     * @param at where each operand starts
     * @param n iterations
     */
    void run(int[] at, int n);
  }

  /**
   * Loops.
   *
   * @param extents outermost first
   * @param strides for each operand, one for each loop
   */
  static StridedLoops of(int[] extents, int[]... strides) {
    int[] e = new int[Math.max(1, extents.length)];
    int[][] s = new int[strides.length][e.length];
    int n = 0;
    for (int i = 0; i < extents.length; i++) {
      if (extents[i] == 1) {
        continue;
      }
      boolean merge = n > 0;
      for (int o = 0; merge && o < s.length; o++) {
        merge = s[o][n - 1] == strides[o][i] * extents[i];
      }
      int to = merge ? n - 1 : n++;
      e[to] = merge ? e[to] * extents[i] : extents[i];
      for (int o = 0; o < s.length; o++) {
        s[o][to] = strides[o][i];
      }
    }
    if (n == 0) {
      return new StridedLoops(new int[] {1}, new int[s.length][1]);
    }
    int rank = n;
    return new StridedLoops(
        Arrays.copyOf(e, rank),
        Arrays.stream(s).map(v -> Arrays.copyOf(v, rank)).toArray(int[][]::new));
  }

  /** Stride of an operand in the innermost loop. */
  int step(int operand) {
    return strides[operand][extents.length - 1];
  }

  /** All rows on several threads, in chunks whose size does not depend on their number. */
  void run(Parallel parallel, int[] starts, Row row) {
    int inner = extents[extents.length - 1];
    int rows = rows();
    if (rows == 0 || inner == 0) {
      return;
    }
    int group = Math.max(1, CHUNK / inner);
    parallel.run(
        (rows + group - 1) / group,
        task -> run(task * group, Math.min(rows, (task + 1) * group), starts, row));
  }

  /** All rows, one after the other. */
  void run(int[] starts, Row row) {
    run(0, rows(), starts, row);
  }

  private int rows() {
    int rows = 1;
    for (int d = 0; d < extents.length - 1; d++) {
      rows *= extents[d];
    }
    return rows;
  }

  private void run(int from, int to, int[] starts, Row row) {
    int last = extents.length - 1;
    int[] index = new int[last];
    int[] at = starts.clone();
    for (int d = last - 1, r = from; d >= 0; d--) {
      index[d] = r % extents[d];
      r /= extents[d];
      move(at, d, index[d]);
    }
    for (int r = from; r < to; r++) {
      row.run(at, extents[last]);
      for (int d = last - 1; d >= 0; d--) {
        move(at, d, 1);
        if (++index[d] < extents[d]) {
          break;
        }
        move(at, d, -extents[d]);
        index[d] = 0;
      }
    }
  }

  private void move(int[] at, int d, int times) {
    for (int o = 0; o < at.length; o++) {
      at[o] += times * strides[o][d];
    }
  }
}
