package dev.fovea.engine.kernel;

import java.util.Arrays;

/**
 * A sum over shifted images: output {@code (r, s)} reads input {@code (r * strideH + rows[t], s *
 * strideW + columns[t])} for each tap {@code t}; what lies outside the input is zero.
 *
 * <p>A convolution is one stencil. Its gradient by the data is one stencil for each phase of the
 * stride, with stride one, over the gradient of the output.
 *
 * @param strideH step of rows
 * @param strideW step of columns
 * @param rows row displacement of each tap
 * @param columns column displacement of each tap
 * @param taps index {@code ky * kernelW + kx} of each tap in the kernel
 */
public record Stencil(int strideH, int strideW, int[] rows, int[] columns, int[] taps) {

  /** The stencil of a convolution. */
  public static Stencil forward(Window g) {
    int n = g.kernelH() * g.kernelW();
    int[] rows = new int[n];
    int[] columns = new int[n];
    int[] taps = new int[n];
    for (int t = 0; t < n; t++) {
      taps[t] = t;
      rows[t] = t / g.kernelW() * g.dilationH() - g.padTop();
      columns[t] = t % g.kernelW() * g.dilationW() - g.padLeft();
    }
    return new Stencil(g.strideH(), g.strideW(), rows, columns, taps);
  }

  /**
   * The stencil over {@code dy} that gives the rows {@code phaseH, phaseH + strideH, ...} and
   * columns {@code phaseW, phaseW + strideW, ...} of {@code dx}; without taps if they are zero.
   */
  public static Stencil backward(Window g, int phaseH, int phaseW) {
    int n = 0;
    int[] rows = new int[g.kernelH() * g.kernelW()];
    int[] columns = rows.clone();
    int[] taps = rows.clone();
    for (int ky = 0; ky < g.kernelH(); ky++) {
      int y = phaseH + g.padTop() - ky * g.dilationH();
      for (int kx = 0; kx < g.kernelW(); kx++) {
        int x = phaseW + g.padLeft() - kx * g.dilationW();
        if (Math.floorMod(y, g.strideH()) == 0 && Math.floorMod(x, g.strideW()) == 0) {
          rows[n] = Math.floorDiv(y, g.strideH());
          columns[n] = Math.floorDiv(x, g.strideW());
          taps[n++] = ky * g.kernelW() + kx;
        }
      }
    }
    return new Stencil(
        1, 1, Arrays.copyOf(rows, n), Arrays.copyOf(columns, n), Arrays.copyOf(taps, n));
  }

  /** Columns that the taps of one output cover. */
  public int extentW() {
    int first = Arrays.stream(columns).min().orElse(0);
    return Arrays.stream(columns).max().orElse(0) - first + 1;
  }

  /** Whether each output reads the input of the same place alone. */
  public boolean isIdentity() {
    return size() == 1 && strideH == 1 && strideW == 1 && rows[0] == 0 && columns[0] == 0;
  }

  /** Number of taps. */
  public int size() {
    return taps.length;
  }
}
