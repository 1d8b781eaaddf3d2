package dev.fovea.detection.box;

/**
 * The numbers by which YOLOv2 and v3 give a box, relative to a cell of the grid and an anchor:
 *
 * <pre>centre = (cell + sigmoid(t_xy)) stride,  size = anchor exp(t_wh)</pre>
 *
 * (Redmon and Farhadi 2017 and 2018). With a stride of 1 and anchors in cells, the box is in cells.
 * Immutable and thread-safe.
 *
 * @param stride pixels of a cell
 */
public record YoloCoder(double stride) {

  /** Checks the stride. */
  public YoloCoder {
    if (!(stride > 0)) {
      throw new IllegalArgumentException("found stride " + stride + ", expected above 0");
    }
  }

  /**
   * The box that the numbers stand for. Sizes are bounded as those of {@link BoxCoder}.
   *
   * @param t {@code [tx, ty, tw, th]}; more are not looked at
   * @param column of the cell
   * @param row of the cell
   * @param anchor its width and height
   */
  public Box decode(double[] t, int column, int row, GridAnchors.Size anchor) {
    return Box.ofCentre(
        (column + sigmoid(t[0])) * stride,
        (row + sigmoid(t[1])) * stride,
        anchor.width() * Math.exp(Math.min(t[2], BoxCoder.LARGEST_LOG)),
        anchor.height() * Math.exp(Math.min(t[3], BoxCoder.LARGEST_LOG)));
  }

  /**
   * The numbers that stand for a box, {@code [tx, ty, tw, th]}.
   *
   * @throws IllegalArgumentException if the centre of the box is not inside the cell, or it is
   *     empty
   */
  public double[] encode(Box box, int column, int row, GridAnchors.Size anchor) {
    double x = box.cx() / stride - column;
    double y = box.cy() / stride - row;
    if (!(x > 0 && x < 1 && y > 0 && y < 1) || box.isEmpty()) {
      throw new IllegalArgumentException(
          "found " + box + ", expected one centred inside cell " + column + ", " + row);
    }
    return new double[] {
      logit(x),
      logit(y),
      Math.log(box.width() / anchor.width()),
      Math.log(box.height() / anchor.height())
    };
  }

  /** {@code 1 / (1 + exp(-t))}, which makes a score of an objectness, too. */
  public static double sigmoid(double t) {
    return 1 / (1 + Math.exp(-t));
  }

  private static double logit(double p) {
    return Math.log(p / (1 - p));
  }
}
