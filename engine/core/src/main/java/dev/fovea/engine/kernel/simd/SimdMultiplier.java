package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.Multiplier;
import dev.fovea.engine.kernel.Scratch;

/** Register tiles of vectors. Stateless and thread-safe. */
final class SimdMultiplier implements Multiplier {

  private static final int L = Lanes.COUNT;
  private static final int PANEL = (Lanes.MANY_REGISTERS ? 4 : 2) * L;

  // Of a tile of products, at most.
  private static final int ROWS = 6;

  private static final float[] ZEROS = new float[L];

  // Of a correlation tile, at most.
  private static final int HEIGHT = Lanes.MANY_REGISTERS ? 6 : 3;
  private static final int WIDTH = 4;

  @Override
  public int panelColumns() {
    return PANEL;
  }

  @Override
  public int rowQuantum() {
    return ROWS;
  }

  @Override
  public int columnQuantum() {
    return L;
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
    float[] rest = Scratch.local().array(Scratch.Slot.REST, ROWS * PANEL);
    int vectors;
    for (int j = 0; j < columns; j += vectors * L) {
      vectors = vectors(columns - j);
      int n = Math.min(vectors * L, columns - j);
      int height;
      for (int i = 0; i < rows; i += height) {
        height = height(rows - i);
        int a = leftStart + i * leftPitch;
        int to = targetStart + i * pitch + j;
        if (n == vectors * L && height > 1) {
          multiplyTile(
              height, vectors, depth, left, a, leftPitch, right, start + j, offsets, target, to,
              pitch, add);
        } else {
          // A tile that is larger than what is left; a single row is computed twice.
          multiplyTile(
              Math.max(2, height),
              vectors,
              depth,
              left,
              a,
              height == 1 ? 0 : leftPitch,
              right,
              start + j,
              offsets,
              rest,
              0,
              PANEL,
              false);
          take(rest, height, n, target, to, pitch, add);
        }
      }
    }
  }

  /** Vectors of the next tile: no single one is left over where another cut avoids it. */
  private static int vectors(int columns) {
    int left = (columns + L - 1) / L;
    if (!Lanes.MANY_REGISTERS) {
      return Math.min(2, left);
    }
    return left == 5 || left == 6 ? 3 : Math.min(4, left);
  }

  /** Height of the next tile, for so many rows. */
  private static int height(int rows) {
    if (rows >= 6 && rows != 8) {
      return 6;
    }
    if (rows >= 4) {
      return 4;
    }
    return rows >= 2 ? 2 : 1;
  }

  private static void take(
      float[] rest, int rows, int columns, float[] target, int to, int pitch, boolean add) {
    for (int r = 0; r < rows; r++) {
      int row = to + r * pitch;
      if (add) {
        for (int q = 0; q < columns; q++) {
          target[row + q] += rest[r * PANEL + q];
        }
      } else {
        System.arraycopy(rest, r * PANEL, target, row, columns);
      }
    }
  }

  private static void multiplyTile(
      int height,
      int vectors,
      int depth,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int[] offsets,
      float[] c,
      int co,
      int pitch,
      boolean add) {
    // What sums start with.
    float[] s = add ? c : ZEROS;
    int so = add ? co : 0;
    int sp = add ? pitch : 0;
    int sv = add ? L : 0;
    if (height == 2) {
      multiplyPair(vectors, depth, a, ao, lda, b, bo, offsets, s, so, sp, sv, c, co, pitch);
      return;
    }
    boolean six = height == 6;
    switch (vectors) {
      case 4 -> {
        if (six) {
          ProductTiles4.tile6x4(depth, a, ao, lda, b, bo, offsets, s, so, sp, sv, c, co, pitch);
        } else {
          ProductTiles4.tile4x4(depth, a, ao, lda, b, bo, offsets, s, so, sp, sv, c, co, pitch);
        }
      }
      case 3 -> {
        if (six) {
          ProductTiles3.tile6x3(depth, a, ao, lda, b, bo, offsets, s, so, sp, sv, c, co, pitch);
        } else {
          ProductTiles3.tile4x3(depth, a, ao, lda, b, bo, offsets, s, so, sp, sv, c, co, pitch);
        }
      }
      case 2 -> {
        if (six) {
          ProductTiles2.tile6x2(depth, a, ao, lda, b, bo, offsets, s, so, sp, sv, c, co, pitch);
        } else {
          ProductTiles2.tile4x2(depth, a, ao, lda, b, bo, offsets, s, so, sp, sv, c, co, pitch);
        }
      }
      default -> {
        if (six) {
          ProductTiles1.tile6x1(depth, a, ao, lda, b, bo, offsets, s, so, sp, sv, c, co, pitch);
        } else {
          ProductTiles1.tile4x1(depth, a, ao, lda, b, bo, offsets, s, so, sp, sv, c, co, pitch);
        }
      }
    }
  }

  // Two rows are rare, at the end of a matrix: pairs of vectors do.
  private static void multiplyPair(
      int vectors,
      int depth,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int[] offsets,
      float[] s,
      int so,
      int sp,
      int sv,
      float[] c,
      int co,
      int pitch) {
    for (int v = 0; v < vectors; v += 2) {
      int at = v * L;
      if (v + 1 < vectors) {
        ProductTiles2.tile2x2(
            depth, a, ao, lda, b, bo + at, offsets, s, so + v * sv, sp, sv, c, co + at, pitch);
      } else {
        ProductTiles1.tile2x1(
            depth, a, ao, lda, b, bo + at, offsets, s, so + v * sv, sp, sv, c, co + at, pitch);
      }
    }
  }

  /**
   * How the rows and columns of a correlation fall into tiles. The last tile of a direction
   * overlaps the one before where the tiles do not fit exactly: the common elements are summed
   * twice, in different places, and read from one.
   */
  private record Correlated(int rows, int columns) {

    /** Distance of row tiles. With too few rows for a tile, each row fills one, repeated. */
    int step() {
      if (Lanes.MANY_REGISTERS) {
        return rows >= 6 ? 6 : rows >= 4 ? 4 : 1;
      }
      return rows >= 3 ? 3 : 1;
    }

    int height(int t) {
      if (!Lanes.MANY_REGISTERS) {
        return 3;
      }
      return rows >= 6 && rows - 6 * t >= 5 ? 6 : 4;
    }

    int row(int t) {
      return step() == 1 ? t : Math.min(t * step(), rows - height(t));
    }

    int column(int u) {
      return Math.max(0, Math.min(u * WIDTH, columns - WIDTH));
    }

    int rowTiles() {
      return (rows + step() - 1) / step();
    }

    int columnTiles() {
      return (columns + WIDTH - 1) / WIDTH;
    }

    /** First element of a tile in the sums. */
    int tile(int t, int u) {
      return (t * columnTiles() + u) * HEIGHT * WIDTH * L;
    }

    /** The lanes of an element in the sums. */
    int lanes(int i, int k) {
      int t = i / step();
      int u = k / WIDTH;
      return tile(t, u) + ((i - row(t)) * WIDTH + k - column(u)) * L;
    }
  }

  @Override
  public int sumsSize(int rows, int count) {
    Correlated tiles = new Correlated(rows, count);
    return tiles.tile(tiles.rowTiles(), 0);
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
    Correlated tiles = new Correlated(rows, count);
    int whole = columns / L * L;
    int pitch = tiles.step() == 1 ? 0 : leftPitch;
    int[] some = offsets;
    int first = offsetStart;
    if (count < WIDTH) {
      some = new int[WIDTH];
      first = 0;
      for (int q = 0; q < WIDTH; q++) {
        some[q] = offsets[offsetStart + Math.min(q, count - 1)];
      }
    }
    for (int t = 0; t < tiles.rowTiles(); t++) {
      int a = leftStart + tiles.row(t) * leftPitch;
      for (int u = 0; u < tiles.columnTiles(); u++) {
        int o = first + tiles.column(u);
        correlateTile(
            tiles.height(t), whole, left, a, pitch, right, some, o, sums, tiles.tile(t, u));
      }
    }
    if (whole < columns) {
      correlateRest(
          tiles, left, leftStart, leftPitch, right, offsets, offsetStart, whole, columns, sums);
    }
  }

  private static void correlateTile(
      int height,
      int length,
      float[] a,
      int ao,
      int pitch,
      float[] b,
      int[] offsets,
      int oo,
      float[] sums,
      int so) {
    if (height == 6) {
      CorrelationTiles.tile6x4(length, a, ao, pitch, b, offsets, oo, sums, so);
    } else if (height == 4) {
      CorrelationTiles.tile4x4(length, a, ao, pitch, b, offsets, oo, sums, so);
    } else {
      CorrelationTiles.tile3x4(length, a, ao, pitch, b, offsets, oo, sums, so);
    }
  }

  // The columns that do not fill a vector.
  private static void correlateRest(
      Correlated tiles,
      float[] left,
      int leftStart,
      int leftPitch,
      float[] right,
      int[] offsets,
      int offsetStart,
      int from,
      int to,
      float[] sums) {
    for (int i = 0; i < tiles.rows; i++) {
      int a = leftStart + i * leftPitch;
      for (int k = 0; k < tiles.columns; k++) {
        int b = offsets[offsetStart + k];
        float sum = 0;
        for (int j = from; j < to; j++) {
          sum += left[a + j] * right[b + j];
        }
        sums[tiles.lanes(i, k)] += sum;
      }
    }
  }

  // Lanes are added in a fixed order: the order of FloatVector.reduceLanes is not specified, and
  // differs between interpreter and compiler.
  @Override
  public void collect(
      float[] sums, int rows, int count, float[] target, int targetStart, int targetPitch) {
    Correlated tiles = new Correlated(rows, count);
    for (int t = 0; t < tiles.rowTiles(); t++) {
      int i0 = t * tiles.step();
      int i1 = Math.min(rows, i0 + tiles.step());
      for (int u = 0; u < tiles.columnTiles(); u++) {
        int k0 = u * WIDTH;
        int k1 = Math.min(count, k0 + WIDTH);
        for (int i = i0; i < i1; i++) {
          int from = tiles.tile(t, u) + ((i - tiles.row(t)) * WIDTH - tiles.column(u)) * L;
          for (int k = k0; k < k1; k++) {
            target[targetStart + i * targetPitch + k] = lanes(sums, from + k * L);
          }
        }
      }
    }
  }

  private static float lanes(float[] sums, int at) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    for (int l = at; l < at + L; l += 4) {
      s0 += sums[l];
      s1 += sums[l + 1];
      s2 += sums[l + 2];
      s3 += sums[l + 3];
    }
    return (s0 + s1) + (s2 + s3);
  }
}
