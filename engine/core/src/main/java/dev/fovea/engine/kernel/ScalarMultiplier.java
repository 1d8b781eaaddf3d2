package dev.fovea.engine.kernel;

import java.util.Arrays;

/**
 * Plain loops in the one form that C2 turns into vector instructions: every row is its own array
 * and all share one index. Several offsets into one array stay scalar, five times slower.
 */
final class ScalarMultiplier implements Multiplier {

  // Four right rows at a time are a fifth faster than two, but older compilers leave such a loop
  // scalar.
  private static final boolean FOUR = Runtime.version().feature() >= 25;
  // A block of right rows stays in the L2 cache, four result rows in the L1.
  private static final int DEPTH = FOUR ? 128 : 64;
  private static final int COLUMNS = 512;
  private static final int MR = 4;

  @Override
  public int panelColumns() {
    return COLUMNS;
  }

  @Override
  public int rowQuantum() {
    return MR;
  }

  @Override
  public int columnQuantum() {
    return 1;
  }

  @Override
  public void multiply(
      float[] left,
      int leftStart,
      int leftPitch,
      int rows,
      int depth,
      float[] right,
      int start,
      int[] offsets,
      int columns,
      float[] target,
      int targetStart,
      int pitch,
      boolean add) {
    Scratch scratch = Scratch.local();
    float[][] block = scratch.rows(DEPTH + MR, COLUMNS);
    float[] packed = scratch.array(Scratch.Slot.ROWS, packedSize(rows));
    for (int j = 0; j < columns; j += COLUMNS) {
      int n = Math.min(COLUMNS, columns - j);
      for (int k = 0; k < depth; k += DEPTH) {
        int kc = Math.min(DEPTH, depth - k);
        pack(left, leftStart + k, leftPitch, rows, kc, packed);
        for (int p = 0; p < kc; p++) {
          System.arraycopy(right, start + offsets[k + p] + j, block[p], 0, n);
        }
        clear(block, kc, n);
        for (int i = 0; i < rows; i += MR) {
          int height = Math.min(MR, rows - i);
          int to = targetStart + i * pitch + j;
          updateRows(packed, i * up4(kc), block, kc, height, n, target, to, pitch, add || k > 0);
        }
      }
    }
  }

  private static int packedSize(int rows) {
    return up4(rows) * up4(DEPTH);
  }

  // 4 x 4 blocks, each contiguous and zero-filled at the edges.
  private static void pack(float[] a, int start, int pitch, int rows, int depth, float[] packed) {
    int at = 0;
    for (int i = 0; i < rows; i += MR) {
      for (int k = 0; k < depth; k += MR) {
        for (int r = i; r < i + MR; r++) {
          for (int q = k; q < k + MR; q++) {
            packed[at++] = r < rows && q < depth ? a[start + r * pitch + q] : 0;
          }
        }
      }
    }
  }

  @Override
  public int sumsSize(int rows, int count) {
    return rows * count;
  }

  @Override
  public void correlate(
      float[] left,
      int leftStart,
      int leftPitch,
      int rows,
      float[] right,
      int[] offsets,
      int offsetStart,
      int count,
      int columns,
      float[] sums) {
    Scratch scratch = Scratch.local();
    float[][] block = scratch.rows(DEPTH + MR, COLUMNS);
    float[] packed = scratch.array(Scratch.Slot.ROWS, packedSize(rows));
    for (int j = 0; j < columns; j += DEPTH) {
      int kc = Math.min(DEPTH, columns - j);
      pack(left, leftStart + j, leftPitch, rows, kc, packed);
      for (int k = 0; k < count; k += COLUMNS) {
        int n = Math.min(COLUMNS, count - k);
        transpose(right, j, offsets, offsetStart + k, n, block, kc);
        clear(block, kc, n);
        for (int i = 0; i < rows; i += MR) {
          int height = Math.min(MR, rows - i);
          updateRows(packed, i * up4(kc), block, kc, height, n, sums, i * count + k, count, true);
        }
      }
    }
  }

  @Override
  public void collect(
      float[] sums, int rows, int count, float[] target, int targetStart, int pitch) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(sums, i * count, target, targetStart + i * pitch, count);
    }
  }

  private static int up4(int n) {
    return (n + 3) & ~3;
  }

  // The depth is processed in fours: the rows that fill up the last four must be finite.
  private static void clear(float[][] block, int kc, int n) {
    for (int p = kc; p < up4(kc); p++) {
      Arrays.fill(block[p], 0, n, 0);
    }
  }

  private static void transpose(
      float[] right, int j, int[] offsets, int offsetStart, int n, float[][] block, int kc) {
    for (int k = 0; k < n; k++) {
      int at = offsets[offsetStart + k] + j;
      for (int p = 0; p < kc; p++) {
        block[p][k] = right[at + p];
      }
    }
  }

  private static void updateRows(
      float[] packed,
      int at,
      float[][] block,
      int kc,
      int height,
      int n,
      float[] target,
      int start,
      int pitch,
      boolean add) {
    for (int r = 0; r < height; r++) {
      if (add) {
        System.arraycopy(target, start + r * pitch, block[DEPTH + r], 0, n);
      } else {
        Arrays.fill(block[DEPTH + r], 0, n, 0);
      }
    }
    float[] r0 = block[DEPTH];
    float[] r1 = block[DEPTH + 1];
    float[] r2 = block[DEPTH + 2];
    float[] r3 = block[DEPTH + 3];
    for (int p = 0; p < kc; p += MR) {
      float[] b0 = block[p];
      float[] b1 = block[p + 1];
      float[] b2 = block[p + 2];
      float[] b3 = block[p + 3];
      int a = at + p * MR;
      if (height == 1) {
        updateOne(packed, a, b0, b1, b2, b3, r0, n);
      } else if (FOUR) {
        updateFour(packed, a, b0, b1, b2, b3, r0, r1, r2, r3, n);
      } else {
        updatePair(packed, a, b0, b1, r0, r1, r2, r3, n);
        updatePair(packed, a + 2, b2, b3, r0, r1, r2, r3, n);
      }
    }
    for (int r = 0; r < height; r++) {
      System.arraycopy(block[DEPTH + r], 0, target, start + r * pitch, n);
    }
  }

  private static void updatePair(
      float[] a,
      int at,
      float[] b0,
      float[] b1,
      float[] r0,
      float[] r1,
      float[] r2,
      float[] r3,
      int n) {
    final float a00 = a[at];
    final float a01 = a[at + 1];
    final float a10 = a[at + 4];
    final float a11 = a[at + 5];
    final float a20 = a[at + 8];
    final float a21 = a[at + 9];
    final float a30 = a[at + 12];
    final float a31 = a[at + 13];
    for (int j = 0; j < n; j++) {
      float x0 = b0[j];
      float x1 = b1[j];
      r0[j] = Fma.fma(a01, x1, Fma.fma(a00, x0, r0[j]));
      r1[j] = Fma.fma(a11, x1, Fma.fma(a10, x0, r1[j]));
      r2[j] = Fma.fma(a21, x1, Fma.fma(a20, x0, r2[j]));
      r3[j] = Fma.fma(a31, x1, Fma.fma(a30, x0, r3[j]));
    }
  }

  private static void updateFour(
      float[] a,
      int at,
      float[] b0,
      float[] b1,
      float[] b2,
      float[] b3,
      float[] r0,
      float[] r1,
      float[] r2,
      float[] r3,
      int n) {
    final float a00 = a[at];
    final float a01 = a[at + 1];
    final float a02 = a[at + 2];
    final float a03 = a[at + 3];
    final float a10 = a[at + 4];
    final float a11 = a[at + 5];
    final float a12 = a[at + 6];
    final float a13 = a[at + 7];
    final float a20 = a[at + 8];
    final float a21 = a[at + 9];
    final float a22 = a[at + 10];
    final float a23 = a[at + 11];
    final float a30 = a[at + 12];
    final float a31 = a[at + 13];
    final float a32 = a[at + 14];
    final float a33 = a[at + 15];
    for (int j = 0; j < n; j++) {
      float x0 = b0[j];
      float x1 = b1[j];
      float x2 = b2[j];
      float x3 = b3[j];
      float s0 = Fma.fma(a01, x1, Fma.fma(a00, x0, r0[j]));
      r0[j] = Fma.fma(a03, x3, Fma.fma(a02, x2, s0));
      float s1 = Fma.fma(a11, x1, Fma.fma(a10, x0, r1[j]));
      r1[j] = Fma.fma(a13, x3, Fma.fma(a12, x2, s1));
      float s2 = Fma.fma(a21, x1, Fma.fma(a20, x0, r2[j]));
      r2[j] = Fma.fma(a23, x3, Fma.fma(a22, x2, s2));
      float s3 = Fma.fma(a31, x1, Fma.fma(a30, x0, r3[j]));
      r3[j] = Fma.fma(a33, x3, Fma.fma(a32, x2, s3));
    }
  }

  private static void updateOne(
      float[] a, int at, float[] b0, float[] b1, float[] b2, float[] b3, float[] r0, int n) {
    final float a0 = a[at];
    final float a1 = a[at + 1];
    final float a2 = a[at + 2];
    final float a3 = a[at + 3];
    for (int j = 0; j < n; j++) {
      float low = Fma.fma(a1, b1[j], Fma.fma(a0, b0[j], r0[j]));
      r0[j] = Fma.fma(a3, b3[j], Fma.fma(a2, b2[j], low));
    }
  }
}
