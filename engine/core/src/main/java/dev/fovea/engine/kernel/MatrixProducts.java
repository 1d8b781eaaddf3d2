package dev.fovea.engine.kernel;

import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;

/** Cuts {@code C = alpha A B + beta C} into blocks for a {@link Multiplier}. Thread-safe. */
final class MatrixProducts {

  // Packed at a time: 16 MB of the left operand, shared by all threads.
  private static final int LEFT = 1 << 22;
  private static final int DEPTH = 512;
  // Enough tasks to keep many cores busy, whatever their number: the split must not depend on it.
  private static final int TASKS = 16;
  private static final int DOT_ROWS = 24;
  private static final int DOT_COLUMNS = 64;

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
  }

  // Rows or columns below which turning a right operand costs more than it brings.
  private static final int FEW = 32;
  // Side of a square that is turned at a time.
  private static final int TURN = 16;

  /** Where the product goes. */
  private record Target(float[] array, int start, int width, float alpha, float beta) {
    void write(int i, int j, int n, float[] from, int at) {
      int to = start + i * width + j;
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
    } else {
      int quantum = multiplier.rowQuantum();
      int chunk = Math.max(quantum, LEFT / depth / quantum * quantum);
      for (int i = 0; i < rows; i += chunk) {
        products(left, i, Math.min(chunk, rows - i), right, columns, depth, target);
      }
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

  private void products(
      Matrix left, int i0, int rows, Matrix right, int columns, int depth, Target target) {
    int width = Math.min(multiplier.panelColumns(), up(columns, multiplier.columnQuantum()));
    int panels = ceilDiv(columns, width);
    // Every block of rows packs the panel anew: not too few rows.
    int rowBlocks = Math.max(1, Math.min(ceilDiv(TASKS, panels), rows / Math.max(48, width / 4)));
    int height = up(ceilDiv(rows, rowBlocks), multiplier.rowQuantum());
    int blocks = ceilDiv(rows, height);
    int packedHeight = multiplier.packedSize(height, depth);
    float[] packed = Scratch.local().array(Scratch.Slot.LEFT, blocks * packedHeight);
    parallel.run(
        blocks,
        block -> {
          int i = i0 + block * height;
          int m = Math.min(height, i0 + rows - i);
          multiplier.pack(
              left.array,
              left.at(i, 0),
              left.rowStride,
              left.colStride,
              m,
              depth,
              packed,
              block * packedHeight);
        });
    int[] offsets = new int[depth];
    for (int k = 0; k < depth; k++) {
      offsets[k] = k % DEPTH * width;
    }
    parallel.run(
        blocks * panels,
        task -> {
          int block = task % blocks;
          int i = i0 + block * height;
          int m = Math.min(height, i0 + rows - i);
          int j = task / blocks * width;
          int n = Math.min(width, columns - j);
          Scratch scratch = Scratch.local();
          float[] panel = scratch.array(Scratch.Slot.RIGHT, Math.min(depth, DEPTH) * width);
          int size = multiplier.paddedRows(m) * width;
          float[] tile = scratch.array(Scratch.Slot.TILE, size);
          Arrays.fill(tile, 0, size, 0);
          for (int k = 0; k < depth; k += DEPTH) {
            int to = Math.min(depth, k + DEPTH);
            if (right.rowStride == 1) {
              turnPanel(right, k, to, j, n, panel, width);
            } else {
              packPanel(right, k, to, j, n, panel, width);
            }
            multiplier.multiply(
                packed, block * packedHeight, m, depth, k, to, panel, 0, offsets, n, tile, width);
          }
          for (int r = 0; r < m; r++) {
            target.write(i + r, j, n, tile, r * width);
          }
        });
  }

  private static void packPanel(
      Matrix right, int from, int to, int j, int n, float[] panel, int width) {
    for (int k = from; k < to; k++) {
      int at = (k - from) * width;
      int source = right.at(k, j);
      if (right.colStride == 1) {
        System.arraycopy(right.array, source, panel, at, n);
      } else {
        for (int q = 0; q < n; q++) {
          panel[at + q] = right.array[source + q * right.colStride];
        }
      }
    }
  }

  // Of a transposed operand, whose columns are contiguous: squares that fit the L1 cache.
  private static void turnPanel(
      Matrix right, int from, int to, int j, int n, float[] panel, int width) {
    for (int k = from; k < to; k += TURN) {
      int end = Math.min(to, k + TURN);
      for (int q = 0; q < n; q++) {
        int source = right.at(0, j + q);
        for (int d = k; d < end; d++) {
          panel[(d - from) * width + q] = right.array[source + d];
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
