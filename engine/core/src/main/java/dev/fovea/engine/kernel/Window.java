package dev.fovea.engine.kernel;

import java.util.Collections;
import java.util.List;

/**
 * Geometry of a sliding window over the one to three innermost dimensions: convolution and pooling.
 *
 * <p>Output row {@code oy} and kernel row {@code ky} read input row {@code oy * strideH - padTop +
 * ky * dilationH}; rows outside the input count as padding. Columns and depth planes alike. The
 * number of output rows is that of the output tensor handed to the kernel.
 *
 * @param depth the window along the depth of volumes; {@link Axis#UNIT} below three dimensions
 * @param rows the window along rows; {@link Axis#UNIT} for sequences
 * @param columns the window along columns, or along the only dimension of a sequence
 * @param dimensions 1 for {@code [N, C, W]}, 2 for {@code [N, C, H, W]}, 3 for {@code [N, C, D, H,
 *     W]}
 */
public record Window(Axis depth, Axis rows, Axis columns, int dimensions) {

  // No image is as large; below it, sums of an extent and both paddings fit an int.
  private static final int MAX_EXTENT = 1 << 29;

  /** Checks the ranges. */
  public Window {
    if (dimensions < 1 || dimensions > 3) {
      throw new IllegalArgumentException("window: expected 1 to 3 dimensions, found " + dimensions);
    }
    if (dimensions < 3 && !depth.equals(Axis.UNIT) || dimensions < 2 && !rows.equals(Axis.UNIT)) {
      throw new IllegalArgumentException(
          "window: expected no extent beyond its " + dimensions + " dimensions, found one");
    }
    depth.checkExtent("planes");
    rows.checkExtent("rows");
    columns.checkExtent("columns");
  }

  /**
   * The window along one dimension.
   *
   * @param kernel elements
   * @param stride step between outputs
   * @param padBefore padding before the first element
   * @param padAfter padding after the last element
   * @param dilation distance of the window's elements; 1 is dense
   */
  public record Axis(int kernel, int stride, int padBefore, int padAfter, int dilation) {

    /** One element, one at a time. */
    public static final Axis UNIT = new Axis(1, 1, 0, 0, 1);

    /** Checks the signs. */
    public Axis {
      if (kernel < 1 || stride < 1 || dilation < 1) {
        throw new IllegalArgumentException(
            "window: expected size, stride and dilation >= 1, found "
                + kernel
                + ", "
                + stride
                + " and "
                + dilation);
      }
      if (padBefore < 0 || padAfter < 0) {
        throw new IllegalArgumentException(
            "window: expected padding >= 0, found " + padBefore + "," + padAfter);
      }
    }

    private void checkExtent(String what) {
      long extent = (kernel - 1L) * dilation + 1;
      if (Math.max(extent, Math.max(padBefore, padAfter)) > MAX_EXTENT) {
        throw new IllegalArgumentException(
            "window: expected at most "
                + MAX_EXTENT
                + " "
                + what
                + ", found "
                + extent
                + " with padding "
                + padBefore
                + ","
                + padAfter);
      }
    }

    /** Elements the dilated window covers. */
    public int extent() {
      return (kernel - 1) * dilation + 1;
    }

    /** Outputs for the given inputs, rounded down; less than 1 if the window does not fit. */
    public int output(int input) {
      long free = (long) input + padBefore + padAfter - extent();
      return Math.toIntExact(Math.floorDiv(free, stride) + 1);
    }

    /**
     * How many positions of the window count, for each output: those inside the input or, if
     * padding counts, inside the padded input.
     */
    public int[] counted(int input, int outputs, boolean countPadding) {
      int from = countPadding ? -padBefore : 0;
      int to = countPadding ? input + padAfter : input;
      int[] counts = new int[outputs];
      for (int o = 0; o < outputs; o++) {
        for (int k = 0; k < kernel; k++) {
          int at = o * stride - padBefore + k * dilation;
          counts[o] += at >= from && at < to ? 1 : 0;
        }
      }
      return counts;
    }
  }

  /** A window over images, by its ten numbers; see {@link Axis}. */
  public Window(
      int kernelH,
      int kernelW,
      int strideH,
      int strideW,
      int padTop,
      int padLeft,
      int padBottom,
      int padRight,
      int dilationH,
      int dilationW) {
    this(
        Axis.UNIT,
        new Axis(kernelH, strideH, padTop, padBottom, dilationH),
        new Axis(kernelW, strideW, padLeft, padRight, dilationW),
        2);
  }

  /** A window over as many dimensions as there are axes, outermost first. */
  public static Window of(List<Axis> axes) {
    int n = axes.size();
    return new Window(
        n < 3 ? Axis.UNIT : axes.get(n - 3),
        n < 2 ? Axis.UNIT : axes.get(n - 2),
        n < 1 ? Axis.UNIT : axes.get(n - 1),
        n);
  }

  /** The same size, stride and padding along each of the given number of dimensions; dense. */
  public static Window cube(int dimensions, int kernel, int stride, int pad) {
    return of(Collections.nCopies(dimensions, new Axis(kernel, stride, pad, pad, 1)));
  }

  /** A dense window over images with the same stride and padding on all sides. */
  public static Window square(int kernel, int stride, int pad) {
    return cube(2, kernel, stride, pad);
  }

  /** The axes, outermost first, as many as there are dimensions. */
  public List<Axis> axes() {
    return List.of(depth, rows, columns).subList(3 - dimensions, 3);
  }

  /** The part over rows and columns. */
  public Window plane() {
    return new Window(Axis.UNIT, rows, columns, 2);
  }

  /** Whether any axis is dilated. */
  public boolean dilated() {
    return axes().stream().anyMatch(a -> a.dilation > 1);
  }

  /** Window rows. */
  public int kernelH() {
    return rows.kernel;
  }

  /** Window columns. */
  public int kernelW() {
    return columns.kernel;
  }

  /** Step between outputs, rows. */
  public int strideH() {
    return rows.stride;
  }

  /** Step between outputs, columns. */
  public int strideW() {
    return columns.stride;
  }

  /** Padding rows above. */
  public int padTop() {
    return rows.padBefore;
  }

  /** Padding columns at the left. */
  public int padLeft() {
    return columns.padBefore;
  }

  /** Padding rows below. */
  public int padBottom() {
    return rows.padAfter;
  }

  /** Padding columns at the right. */
  public int padRight() {
    return columns.padAfter;
  }

  /** Distance of window rows; 1 is dense. */
  public int dilationH() {
    return rows.dilation;
  }

  /** Distance of window columns. */
  public int dilationW() {
    return columns.dilation;
  }

  /** Rows the dilated window covers. */
  public int extentH() {
    return rows.extent();
  }

  /** Columns the dilated window covers. */
  public int extentW() {
    return columns.extent();
  }

  /** Output rows for the given input rows, rounded down; less than 1 if the window does not fit. */
  public int outputH(int inputH) {
    return rows.output(inputH);
  }

  /** Output columns for the given input columns, rounded down. */
  public int outputW(int inputW) {
    return columns.output(inputW);
  }
}
