package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.Multiplier;

/** Register tiles of vectors. Stateless and thread-safe. */
final class SimdMultiplier implements Multiplier {

  private static final int L = Lanes.COUNT;
  private static final int PANEL = (Lanes.MANY_REGISTERS ? 4 : 2) * L;

  // Of a correlation tile, at most.
  private static final int HEIGHT = Lanes.MANY_REGISTERS ? 6 : 3;
  private static final int WIDTH = 4;

  @Override
  public int panelColumns() {
    return PANEL;
  }

  @Override
  public int rowQuantum() {
    return 6;
  }

  @Override
  public int columnQuantum() {
    return L;
  }

  /**
   * Height of the next tile, when so many rows are left: as few wasted rows as 6, 4 and 2 allow.
   */
  private static int height(int rows) {
    if (rows == 7 || rows == 8 || rows == 3 || rows == 4) {
      return 4;
    }
    return rows <= 2 ? 2 : 6;
  }

  @Override
  public int paddedRows(int rows) {
    int padded = 0;
    while (padded < rows) {
      padded += height(rows - padded);
    }
    return padded;
  }

  @Override
  public int packedSize(int rows, int depth) {
    return paddedRows(rows) * depth;
  }

  // One tile after the other; in a tile, the elements of all its rows for k = 0, then for k = 1,
  // ...
  @Override
  public void pack(
      float[] a,
      int start,
      int rowStride,
      int depthStride,
      int rows,
      int depth,
      float[] packed,
      int packedStart) {
    int height;
    for (int i = 0; i < rows; i += height) {
      height = height(rows - i);
      int tile = packedStart + i * depth;
      int used = Math.min(height, rows - i);
      for (int r = 0; r < used; r++) {
        int from = start + (i + r) * rowStride;
        for (int k = 0; k < depth; k++) {
          packed[tile + k * height + r] = a[from + k * depthStride];
        }
      }
      for (int r = used; r < height; r++) {
        for (int k = 0; k < depth; k++) {
          packed[tile + k * height + r] = 0;
        }
      }
    }
  }

  @Override
  public void multiply(
      float[] packed,
      int packedStart,
      int rows,
      int depth,
      int from,
      int to,
      float[] right,
      int start,
      int[] offsets,
      int columns,
      float[] tile,
      int pitch) {
    int n = (columns + L - 1) / L * L;
    int width;
    for (int j = 0; j < n; j += width) {
      width = width(n - j);
      int height;
      for (int i = 0; i < rows; i += height) {
        height = height(rows - i);
        int width1 = height == 2 ? Math.min(width, 2 * L) : width;
        int left = packedStart + i * depth + from * height;
        for (int q = j; q < j + width; q += width1) {
          multiplyTile(
              height,
              width1,
              to - from,
              packed,
              left,
              right,
              start + q,
              offsets,
              from,
              tile,
              i * pitch + q,
              pitch);
        }
      }
    }
  }

  private static int width(int columns) {
    if (columns >= PANEL) {
      return PANEL;
    }
    return columns >= 2 * L ? 2 * L : L;
  }

  private static void multiplyTile(
      int height,
      int width,
      int depth,
      float[] a,
      int ao,
      float[] b,
      int bo,
      int[] offsets,
      int oo,
      float[] c,
      int co,
      int pitch) {
    if (width == 4 * L) {
      if (height == 6) {
        ProductTiles4.tile6x4(depth, a, ao, b, bo, offsets, oo, c, co, pitch);
      } else {
        ProductTiles4.tile4x4(depth, a, ao, b, bo, offsets, oo, c, co, pitch);
      }
    } else if (width == 2 * L) {
      if (height == 6) {
        ProductTiles2.tile6x2(depth, a, ao, b, bo, offsets, oo, c, co, pitch);
      } else if (height == 4) {
        ProductTiles2.tile4x2(depth, a, ao, b, bo, offsets, oo, c, co, pitch);
      } else {
        ProductTiles2.tile2x2(depth, a, ao, b, bo, offsets, oo, c, co, pitch);
      }
    } else {
      if (height == 6) {
        ProductTiles1.tile6x1(depth, a, ao, b, bo, offsets, oo, c, co, pitch);
      } else if (height == 4) {
        ProductTiles1.tile4x1(depth, a, ao, b, bo, offsets, oo, c, co, pitch);
      } else {
        ProductTiles1.tile2x1(depth, a, ao, b, bo, offsets, oo, c, co, pitch);
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
