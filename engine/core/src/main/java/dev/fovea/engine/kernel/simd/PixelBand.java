package dev.fovea.engine.kernel.simd;

import dev.fovea.engine.kernel.Stencil;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Some rows of a channel-blocked image, laid out so that every tap of a {@link Stencil} is a
 * constant shift and the pixels of an output row follow each other: each block is split into the
 * phases of the stride (only those that a tap reads), each phase a bordered plane of pixels.
 */
final class PixelBand {

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int L = Lanes.COUNT;

  private final Stencil stencil;
  private final int inH;
  private final int inW;
  private final int minRow;
  private final int minColumn;
  private final int rowsInPlane;
  private final int pitch;
  private final int planeSize;
  private final int[] phases;
  private final int[] shifts;

  /**
   * A layout.
   *
   * @param inH rows of the image
   * @param inW its columns
   * @param rows output rows of a band
   * @param outW output columns
   */
  PixelBand(Stencil stencil, int inH, int inW, int rows, int outW) {
    this.stencil = stencil;
    this.inH = inH;
    this.inW = inW;
    int taps = stencil.size();
    int sh = stencil.strideH();
    int sw = stencil.strideW();
    minRow = Arrays.stream(stencil.rows()).min().orElse(0);
    minColumn = Arrays.stream(stencil.columns()).min().orElse(0);
    rowsInPlane = rows + (Arrays.stream(stencil.rows()).max().orElse(0) - minRow) / sh;
    pitch = outW + (Arrays.stream(stencil.columns()).max().orElse(0) - minColumn) / sw;
    // Planes an exact multiple of 4 KB apart fall into the same few cache lines.
    int pixels = rowsInPlane * pitch;
    planeSize = (pixels * L % 1024 == 0 ? pixels + 1 : pixels) * L;
    // A stride may have far more phases than there are taps.
    Map<Integer, Integer> slots = new LinkedHashMap<>();
    shifts = new int[taps];
    for (int t = 0; t < taps; t++) {
      int y = stencil.rows()[t] - minRow;
      int x = stencil.columns()[t] - minColumn;
      int phase = y % sh * sw + x % sw;
      int slot = slots.computeIfAbsent(phase, k -> slots.size());
      shifts[t] = slot * planeSize + (y / sh * pitch + x / sw) * L;
    }
    phases = slots.keySet().stream().mapToInt(k -> k).toArray();
  }

  /** Floats of one block. */
  int blockSize() {
    return phases.length * planeSize;
  }

  /** Floats from one output row to the next. */
  int rowSize() {
    return pitch * L;
  }

  /** Where tap {@code t} of output {@code (0, 0)} lies in a block. */
  int[] shifts() {
    return shifts;
  }

  /** Brings a row of the image to a row of the band. */
  private interface RowCopy {
    /** Pixels {@code column}, {@code column + step}, ... of row {@code y}, from {@code to} on. */
    void run(int y, int column, int step, int to);
  }

  /**
   * Copies what the output rows from {@code first} on need of one block.
   *
   * @param x the image
   * @param start first element of the block
   * @param border what stands outside the image
   */
  void fill(float[] x, int start, int first, float border, float[] band, int at) {
    rows(
        first,
        border,
        band,
        at,
        (y, column, step, to) -> copyRow(x, start + y * inW * L, column, step, border, band, to));
  }

  /**
   * Copies what the output rows from {@code first} on need of an image that is not in blocks, with
   * fewer channels than a block has; the others hold anything.
   *
   * @param start first element of the image
   */
  void fillPlanes(float[] x, int start, int channels, int first, float[] band, int at) {
    rows(
        first,
        0,
        band,
        at,
        (y, column, step, to) -> {
          int from = from(column, step);
          int end = end(column, step, from);
          Arrays.fill(band, to, to + from * L, 0);
          for (int c = 0; c < channels; c++) {
            int row = start + (c * inH + y) * inW + column;
            for (int j = from; j < end; j++) {
              band[to + j * L + c] = x[row + j * step];
            }
          }
          Arrays.fill(band, to + end * L, to + pitch * L, 0);
        });
  }

  private void rows(int first, float border, float[] band, int at, RowCopy copy) {
    int sw = stencil.strideW();
    for (int p = 0; p < phases.length; p++) {
      for (int i = 0; i < rowsInPlane; i++) {
        int y = (first + i) * stencil.strideH() + minRow + phases[p] / sw;
        int to = at + p * planeSize + i * pitch * L;
        if (y < 0 || y >= inH) {
          Arrays.fill(band, to, to + pitch * L, border);
        } else {
          copy.run(y, minColumn + phases[p] % sw, sw, to);
        }
      }
    }
  }

  // Pixels j with 0 <= column + j * step < inW: the first, and the one behind the last.
  private int from(int column, int step) {
    return Math.min(pitch, column >= 0 ? 0 : (-column + step - 1) / step);
  }

  private int end(int column, int step, int from) {
    return Math.max(from, column >= inW ? 0 : Math.min(pitch, (inW - column + step - 1) / step));
  }

  private void copyRow(
      float[] x, int row, int column, int step, float border, float[] band, int to) {
    int from = from(column, step);
    int end = end(column, step, from);
    Arrays.fill(band, to, to + from * L, border);
    int source = row + (column + from * step) * L;
    if (step == 1) {
      System.arraycopy(x, source, band, to + from * L, (end - from) * L);
    } else {
      copyPixels(x, source, step * L, band, to + from * L, end - from);
    }
    Arrays.fill(band, to + end * L, to + pitch * L, border);
  }

  private static void copyPixels(float[] x, int xo, int step, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      FloatVector.fromArray(S, x, xo + i * step).intoArray(y, yo + i * L);
    }
  }
}
