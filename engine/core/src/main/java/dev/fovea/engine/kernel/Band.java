package dev.fovea.engine.kernel;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Some rows of an image, laid out so that every tap of a {@link Stencil} is a constant shift.
 *
 * <p>Each channel is split into the phases of the stride (only those that a tap reads), each phase
 * a zero-bordered plane with a row pitch. Output {@code (i, s)} of the band has the flat position
 * {@code i * pitch + s}, and tap {@code t} of channel {@code c} reads {@code offsets[c * taps + t]
 * + position}. Positions between {@code outColumns} and the pitch are computed along and dropped: a
 * few products wasted, against unfolding the image once for each tap.
 */
final class Band {

  private final Stencil stencil;
  private final int inH;
  private final int inW;
  private final int minRow;
  private final int minColumn;
  private final int rowsInPlane;
  private final int planeSize;
  private final int[] phases;

  final int outColumns;
  final int rows;
  final int pitch;

  /**
   * Start of the shifted plane for channel {@code c} and tap {@code t}, at {@code c * taps + t}.
   */
  final int[] offsets;

  /** Elements that {@link #fill} writes. */
  final int size;

  /** Flat positions, rounded up to the quantum. */
  final int columns;

  Band(Stencil stencil, int channels, int inH, int inW, int rows, int outColumns, int quantum) {
    this.stencil = stencil;
    this.inH = inH;
    this.inW = inW;
    this.rows = rows;
    this.outColumns = outColumns;
    int taps = stencil.size();
    int sh = stencil.strideH();
    int sw = stencil.strideW();
    minRow = Arrays.stream(stencil.rows()).min().orElse(0);
    minColumn = Arrays.stream(stencil.columns()).min().orElse(0);
    rowsInPlane = rows + (Arrays.stream(stencil.rows()).max().orElse(0) - minRow) / sh;
    pitch = outColumns + (Arrays.stream(stencil.columns()).max().orElse(0) - minColumn) / sw;
    planeSize = plane(rowsInPlane * pitch);
    // A stride may have far more phases than there are taps.
    Map<Integer, Integer> slots = new LinkedHashMap<>();
    offsets = new int[channels * taps];
    for (int t = 0; t < taps; t++) {
      int y = stencil.rows()[t] - minRow;
      int x = stencil.columns()[t] - minColumn;
      int phase = y % sh * sw + x % sw;
      int slot = slots.computeIfAbsent(phase, k -> slots.size());
      offsets[t] = slot * planeSize + y / sh * pitch + x / sw;
    }
    phases = slots.keySet().stream().mapToInt(k -> k).toArray();
    for (int i = taps; i < offsets.length; i++) {
      offsets[i] = offsets[i - taps] + phases.length * planeSize;
    }
    columns = (columns(rows) + quantum - 1) / quantum * quantum;
    size = channels * phases.length * planeSize + columns - columns(rows);
  }

  /** Flat positions of some output rows, the last row without its junk. */
  int columns(int outRows) {
    return (outRows - 1) * pitch + outColumns;
  }

  // Planes an exact multiple of 4 KB apart fall into the same few cache lines.
  private static int plane(int n) {
    int lines = (n + 15) / 16;
    return 16 * (lines % 64 == 0 ? lines + 1 : lines);
  }

  /**
   * Copies what the output rows {@code first .. first + rows} need. Rows beyond the output are
   * filled too, so that no stale number, which may be a NaN, is ever multiplied.
   *
   * @param x the image
   * @param start its first element; channels follow each other
   * @param count channels to copy
   */
  void fill(float[] x, int start, int first, int count, float[] band) {
    int sw = stencil.strideW();
    int at = 0;
    for (int c = 0; c < count; c++) {
      int image = start + c * inH * inW;
      for (int phase : phases) {
        int column = minColumn + phase % sw;
        for (int i = 0; i < rowsInPlane; i++) {
          int y = (first + i) * stencil.strideH() + minRow + phase / sw;
          int to = at + i * pitch;
          if (y < 0 || y >= inH) {
            Arrays.fill(band, to, to + pitch, 0);
          } else {
            copyRow(x, image + y * inW, column, sw, band, to);
          }
        }
        Arrays.fill(band, at + rowsInPlane * pitch, at + planeSize, 0);
        at += planeSize;
      }
    }
    Arrays.fill(band, at, at + columns - columns(rows), 0);
  }

  private void copyRow(float[] x, int row, int column, int step, float[] band, int to) {
    // Positions j with 0 <= column + j * step < inW.
    int from = Math.min(pitch, column >= 0 ? 0 : (-column + step - 1) / step);
    int end = column >= inW ? from : Math.min(pitch, (inW - column + step - 1) / step);
    end = Math.max(from, end);
    Arrays.fill(band, to, to + from, 0);
    if (step == 1) {
      System.arraycopy(x, row + column + from, band, to + from, end - from);
    } else {
      for (int j = from; j < end; j++) {
        band[to + j] = x[row + column + j * step];
      }
    }
    Arrays.fill(band, to + end, to + pitch, 0);
  }
}
