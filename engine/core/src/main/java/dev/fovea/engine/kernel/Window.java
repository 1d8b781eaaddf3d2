package dev.fovea.engine.kernel;

/**
 * Geometry of a sliding window over the last two dimensions: convolution and pooling.
 *
 * <p>Output row {@code oy} and kernel row {@code ky} read input row {@code oy * strideH - padTop +
 * ky * dilationH}; rows outside the input count as padding. Columns alike. The number of output
 * rows is that of the output tensor handed to the kernel.
 *
 * @param kernelH window rows
 * @param kernelW window columns
 * @param strideH step between outputs, rows
 * @param strideW step between outputs, columns
 * @param padTop padding rows above
 * @param padLeft padding columns at the left
 * @param padBottom padding rows below
 * @param padRight padding columns at the right
 * @param dilationH distance of window rows; 1 is dense
 * @param dilationW distance of window columns
 */
public record Window(
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

  // No image is as large; below it, sums of an extent and both paddings fit an int.
  private static final int MAX_EXTENT = 1 << 29;

  /** Checks the ranges. */
  public Window {
    if (kernelH < 1 || kernelW < 1) {
      throw new IllegalArgumentException("window " + kernelH + "x" + kernelW + ": expected >= 1");
    }
    if (strideH < 1 || strideW < 1 || dilationH < 1 || dilationW < 1) {
      throw new IllegalArgumentException(
          "window: strides "
              + strideH
              + ","
              + strideW
              + " and dilations "
              + dilationH
              + ","
              + dilationW
              + ": expected >= 1");
    }
    if (padTop < 0 || padLeft < 0 || padBottom < 0 || padRight < 0) {
      throw new IllegalArgumentException("window: negative padding");
    }
    checkExtent("rows", (kernelH - 1L) * dilationH + 1, padTop, padBottom);
    checkExtent("columns", (kernelW - 1L) * dilationW + 1, padLeft, padRight);
  }

  private static void checkExtent(String what, long extent, int before, int after) {
    if (Math.max(extent, Math.max(before, after)) > MAX_EXTENT) {
      throw new IllegalArgumentException(
          "window: expected at most "
              + MAX_EXTENT
              + " "
              + what
              + ", found "
              + extent
              + " with padding "
              + before
              + ","
              + after);
    }
  }

  /** A dense window with the same stride and padding on all sides. */
  public static Window square(int kernel, int stride, int pad) {
    return new Window(kernel, kernel, stride, stride, pad, pad, pad, pad, 1, 1);
  }

  /** Rows the dilated window covers. */
  public int extentH() {
    return (kernelH - 1) * dilationH + 1;
  }

  /** Columns the dilated window covers. */
  public int extentW() {
    return (kernelW - 1) * dilationW + 1;
  }

  /** Output rows for the given input rows, rounded down; less than 1 if the window does not fit. */
  public int outputH(int inputH) {
    long free = (long) inputH + padTop + padBottom - extentH();
    return Math.toIntExact(Math.floorDiv(free, strideH) + 1);
  }

  /** Output columns for the given input columns, rounded down. */
  public int outputW(int inputW) {
    long free = (long) inputW + padLeft + padRight - extentW();
    return Math.toIntExact(Math.floorDiv(free, strideW) + 1);
  }
}
