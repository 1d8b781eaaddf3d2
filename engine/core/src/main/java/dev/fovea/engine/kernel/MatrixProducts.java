package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Alignment;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * Cuts {@code C = alpha A B + beta C} into blocks for a {@link Multiplier}. Thread-safe.
 *
 * <p>The left operand is read where it lies, row by row, unless it is transposed; the right one is
 * copied to panels, whose rows lie close together and begin lines of the cache. Products are added
 * up in the result itself.
 */
final class MatrixProducts {

  // Of an operand that is copied for all threads: 16 MB at a time.
  private static final int COPY = 1 << 22;
  // Of a block: this many rows of a panel, or columns of the left operand, stay in the cache.
  private static final int DEPTH = 256;
  // Rows of a block: with those columns of the left operand they stay in the L2 cache ...
  private static final int HEIGHT = 240;
  // ... unless they lie a multiple of so many elements apart and share few of its sets: then they
  // are brought together.
  private static final int ALIASED = 1024;
  // Panels side by side that are copied at a time: long runs of a row are read faster.
  private static final int PANELS = 4;
  // Enough tasks to keep many cores busy, whatever their number: the split must not depend on it.
  private static final int TASKS = 16;
  private static final int DOT_ROWS = 24;
  private static final int DOT_COLUMNS = 64;
  // Rows or columns below which turning a right operand costs more than it brings.
  private static final int FEW = 32;
  // Side of a square that is turned at a time.
  private static final int TURN = 16;

  private final Multiplier multiplier;
  private final Parallel parallel;

  MatrixProducts(Multiplier multiplier, Parallel parallel) {
    this.multiplier = multiplier;
    this.parallel = parallel;
  }

  /**
   * A matrix in an array: element {@code (i, j)} at {@code start + i * rowStride + j * colStride}.
   */
  private record Matrix(float[] array, int start, int rowStride, int colStride) {
    static Matrix of(Tensor t, boolean transposed) {
      int width = t.shape().dim(1);
      return transposed
          ? new Matrix(t.array(), t.offset(), 1, width)
          : new Matrix(t.array(), t.offset(), width, 1);
    }

    int at(int i, int j) {
      return start + i * rowStride + j * colStride;
    }

    Matrix transposed() {
      return new Matrix(array, start, colStride, rowStride);
    }

    /** Whether rows are contiguous. */
    boolean byRows() {
      return colStride == 1;
    }
  }

  /** Where the product goes. */
  private record Target(float[] array, int start, int width, float alpha, float beta) {
    int at(int i, int j) {
      return start + i * width + j;
    }

    void write(int i, int j, int n, float[] from, int at) {
      int to = at(i, j);
      if (beta == 0) {
        for (int q = 0; q < n; q++) {
          array[to + q] = alpha * from[at + q];
        }
      } else {
        for (int q = 0; q < n; q++) {
          array[to + q] = alpha * from[at + q] + beta * array[to + q];
        }
      }
    }

    /** Brings some rows to where products can be added, if what is there counts. */
    void scale(int i, int rows, int j, int n) {
      if (beta != 0 && beta != 1) {
        for (int r = i; r < i + rows; r++) {
          int from = at(r, j);
          for (int q = from; q < from + n; q++) {
            array[q] *= beta;
          }
        }
      }
    }
  }

  void gemm(boolean transA, boolean transB, float alpha, Tensor a, Tensor b, float beta, Tensor c) {
    int rows = c.shape().dim(0);
    int columns = c.shape().dim(1);
    int depth = a.shape().dim(transA ? 0 : 1);
    Matrix left = Matrix.of(a, transA);
    Matrix right = Matrix.of(b, transB);
    Target target = new Target(c.array(), c.offset(), columns, alpha, beta);
    if (rows == 0 || columns == 0) {
      return;
    }
    if (depth == 0) {
      float[] zeros = new float[columns];
      for (int i = 0; i < rows; i++) {
        target.write(i, 0, columns, zeros, 0);
      }
    } else if (transB && !transA && Math.min(rows, columns) < FEW) {
      dots(left, right, rows, columns, depth, target);
    } else if (transB && !transA && rows < columns && rows < depth) {
      turnedProducts(left, right, rows, columns, depth, target);
    } else if (transA) {
      int chunk = Math.max(multiplier.rowQuantum(), COPY / depth);
      for (int i = 0; i < rows; i += chunk) {
        int m = Math.min(chunk, rows - i);
        products(turned(left, i, m, depth), i, m, right, columns, depth, target);
      }
    } else {
      products(left, 0, rows, right, columns, depth, target);
    }
  }

  // Both operands contiguous along the depth: dot products, nothing to pack.
  private void dots(Matrix left, Matrix right, int rows, int columns, int depth, Target target) {
    int rowBlocks = ceilDiv(rows, DOT_ROWS);
    int columnBlocks = ceilDiv(columns, DOT_COLUMNS);
    int[] offsets = new int[columns];
    for (int j = 0; j < columns; j++) {
      offsets[j] = right.at(0, j);
    }
    parallel.run(
        rowBlocks * columnBlocks,
        task -> {
          int i0 = task % rowBlocks * DOT_ROWS;
          int j0 = task / rowBlocks * DOT_COLUMNS;
          int m = Math.min(DOT_ROWS, rows - i0);
          int n = Math.min(DOT_COLUMNS, columns - j0);
          Scratch scratch = Scratch.local();
          int size = multiplier.sumsSize(m, n);
          float[] sums = scratch.array(Scratch.Slot.SUMS, size);
          Arrays.fill(sums, 0, size, 0);
          multiplier.correlate(
              left.array,
              left.at(i0, 0),
              left.rowStride,
              m,
              right.array,
              offsets,
              j0,
              n,
              depth,
              sums);
          float[] tile = scratch.array(Scratch.Slot.TILE, m * n);
          multiplier.collect(sums, m, n, tile, 0, n);
          for (int i = 0; i < m; i++) {
            target.write(i0 + i, j0, n, tile, i * n);
          }
        });
  }

  // The rows of a transposed left operand, made contiguous.
  private Matrix turned(Matrix left, int i0, int rows, int depth) {
    float[] to = Scratch.local().array(Scratch.Slot.LEFT, rows * depth);
    int tasks = Math.min(TASKS, rows);
    parallel.run(
        tasks,
        task -> {
          int first = rows * task / tasks;
          int end = rows * (task + 1) / tasks;
          for (int k = 0; k < depth; k += TURN) {
            int n = Math.min(TURN, depth - k);
            for (int i = first; i < end; i++) {
              int from = left.at(i0 + i, k);
              for (int q = 0; q < n; q++) {
                to[i * depth + k + q] = left.array[from + q * left.colStride];
              }
            }
          }
        });
    return new Matrix(to, -i0 * depth, depth, 1);
  }

  private void products(
      Matrix left, int i0, int rows, Matrix right, int columns, int depth, Target target) {
    int height = up(ceilDiv(rows, ceilDiv(rows, HEIGHT)), multiplier.rowQuantum());
    int blocks = ceilDiv(rows, height);
    // Copied once if several blocks read it.
    int chunk =
        blocks == 1
            ? columns
            : Math.min(columns, up(COPY / depth + 1, PANELS * multiplier.panelColumns()));
    for (int j0 = 0; j0 < columns; j0 += chunk) {
      int start = j0;
      int n0 = Math.min(chunk, columns - j0);
      Panels panels =
          new Panels(right, j0, n0, depth, target.alpha, ceilDiv(TASKS, blocks), blocks > 1);
      parallel.run(
          blocks * panels.count,
          task -> {
            int i = i0 + task % blocks * height;
            int m = Math.min(height, i0 + rows - i);
            int group = task / blocks;
            int j = start + group * panels.width;
            target.scale(i, m, j, panels.columns(group));
            panels.multiply(
                left, i, m, group, target.array, target.at(i, j), target.width, target.beta != 0);
          });
    }
  }

  // C^T = B A^T: of a transposed right operand, which is read as the left one, and few rows of a
  // left one, less has to be turned.
  private void turnedProducts(
      Matrix left, Matrix right, int rows, int columns, int depth, Target target) {
    int height = up(Math.min(HEIGHT, ceilDiv(columns, TASKS)), multiplier.rowQuantum());
    int blocks = ceilDiv(columns, height);
    Panels panels = new Panels(left.transposed(), 0, rows, depth, 1, 1, true);
    parallel.run(
        blocks * panels.count,
        task -> {
          int i = task % blocks * height;
          int m = Math.min(height, columns - i);
          int group = task / blocks;
          int j = group * panels.width;
          int n = panels.columns(group);
          float[] tile = Scratch.local().array(Scratch.Slot.TILE, m * n + m);
          panels.multiply(right.transposed(), i, m, group, tile, m, n, false);
          for (int r = 0; r < n; r++) {
            for (int q = 0; q < m; q++) {
              tile[q] = tile[m + q * n + r];
            }
            target.write(j + r, i, m, tile, 0);
          }
        });
  }

  /**
   * Some columns of a right operand, in groups of panels. A panel holds {@link #DEPTH} rows of few
   * columns, a group so many panels side by side.
   */
  private final class Panels {
    final Matrix right;
    final int first;
    final int columns;
    final int depth;
    final float alpha;
    final int panel;

    /** Columns of a group. */
    final int width;

    /** Groups. */
    final int count;

    private final int[] offsets;
    // All groups, one behind the other, or null: each thread copies what it needs.
    private final float[] shared;

    Panels(
        Matrix right,
        int first,
        int columns,
        int depth,
        float alpha,
        int leastGroups,
        boolean share) {
      this.right = right;
      this.first = first;
      this.columns = columns;
      this.depth = depth;
      this.alpha = alpha;
      panel = Math.min(multiplier.panelColumns(), up(columns, multiplier.columnQuantum()));
      int all = ceilDiv(columns, panel);
      width = panel * Math.max(1, Math.min(PANELS, all / leastGroups));
      count = ceilDiv(columns, width);
      offsets = new int[Math.min(depth, DEPTH)];
      Arrays.setAll(offsets, k -> k * panel);
      shared = share ? copied() : null;
    }

    int columns(int group) {
      return Math.min(width, columns - group * width);
    }

    private float[] copied() {
      float[] all = Scratch.local().aligned(Scratch.Slot.PANELS, count * width * depth);
      int blocks = ceilDiv(depth, DEPTH);
      parallel.run(
          count * blocks,
          task -> {
            int group = task / blocks;
            int k = task % blocks * DEPTH;
            pack(group, k, Math.min(DEPTH, depth - k), all, at(group, k));
          });
      return all;
    }

    private int at(int group, int k) {
      return Alignment.START + (group * depth + k) * width;
    }

    /** Rows {@code i .. i + m} of {@code left}, which are contiguous, times a group. */
    void multiply(
        Matrix left, int i, int m, int group, float[] to, int start, int pitch, boolean add) {
      float[] packed = shared;
      if (packed == null) {
        packed = Scratch.local().aligned(Scratch.Slot.RIGHT, width * offsets.length);
      }
      int n = columns(group);
      for (int k = 0; k < depth; k += DEPTH) {
        int kc = Math.min(DEPTH, depth - k);
        int at = Alignment.START;
        if (shared == null) {
          pack(group, k, kc, packed, at);
        } else {
          at = at(group, k);
        }
        Matrix rows = left.rowStride % ALIASED == 0 ? block(left, i, m, k, kc) : left;
        for (int j = 0; j < n; j += panel) {
          multiplier.multiply(
              rows.array,
              rows.at(i, k),
              rows.rowStride,
              m,
              kc,
              packed,
              at + j * kc,
              offsets,
              Math.min(panel, n - j),
              to,
              start + j,
              pitch,
              add || k > 0);
        }
      }
    }

    // The same elements at the same place of a matrix that holds nothing else.
    private static Matrix block(Matrix left, int i, int m, int k, int kc) {
      float[] to = Scratch.local().array(Scratch.Slot.BLOCK, m * kc);
      for (int r = 0; r < m; r++) {
        System.arraycopy(left.array, left.at(i + r, k), to, r * kc, kc);
      }
      return new Matrix(to, -i * kc - k, kc, 1);
    }

    private void pack(int group, int k, int kc, float[] packed, int at) {
      int j = first + group * width;
      int n = columns(group);
      if (right.byRows()) {
        copy(k, kc, j, n, packed, at);
      } else {
        turn(k, kc, j, n, packed, at);
      }
      if (alpha != 1) {
        for (int q = at; q < at + kc * width; q++) {
          packed[q] *= alpha;
        }
      }
    }

    // Row by row through all panels: long runs are read faster.
    private void copy(int k, int kc, int j, int n, float[] packed, int at) {
      for (int d = 0; d < kc; d++) {
        int from = right.at(k + d, j);
        for (int p = 0; p < n; p += panel) {
          int to = at + p * kc + d * panel;
          System.arraycopy(right.array, from + p, packed, to, Math.min(panel, n - p));
        }
      }
    }

    // Of a transposed operand, whose columns are contiguous: squares that fit the L1 cache.
    private void turn(int k, int kc, int j, int n, float[] packed, int at) {
      for (int d = 0; d < kc; d += TURN) {
        int end = Math.min(kc, d + TURN);
        for (int q = 0; q < n; q++) {
          int from = right.at(k, j + q);
          int to = at + q / panel * panel * kc + q % panel;
          for (int p = d; p < end; p++) {
            packed[to + p * panel] = right.array[from + p];
          }
        }
      }
    }
  }

  private static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }

  private static int up(int n, int quantum) {
    return ceilDiv(n, quantum) * quantum;
  }
}
