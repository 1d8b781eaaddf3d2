package dev.fovea.detection.box;

/**
 * The numbers by which a network moves an anchor {@code a} to a box {@code g}:
 *
 * <pre>tx = wx (gx - ax) / aw,  ty = wy (gy - ay) / ah,  tw = ww ln(gw / aw),  th = wh ln(gh / ah)
 * </pre>
 *
 * with centres x, y and sizes w, h (Girshick et al. 2014). The weights make the numbers alike in
 * size; the variances of SSD are their reciprocals. Immutable and thread-safe.
 *
 * @param wx weight of the centre's x
 * @param wy weight of the centre's y
 * @param ww weight of the width
 * @param wh weight of the height
 */
public record BoxCoder(double wx, double wy, double ww, double wh) {
  /** No weights, as in region proposal networks. */
  public static final BoxCoder UNIT = new BoxCoder(1, 1, 1, 1);

  /** The weights of the heads of Fast R-CNN, and of SSD with its variances 0.1 and 0.2. */
  public static final BoxCoder HEADS = new BoxCoder(10, 10, 5, 5);

  /** A size grows at most by 1000 / 16: an untrained network must not give infinite boxes. */
  static final double LARGEST_LOG = Math.log(1000.0 / 16);

  /** Checks the weights. */
  public BoxCoder {
    if (!(wx > 0 && wy > 0 && ww > 0 && wh > 0)) {
      throw new IllegalArgumentException(
          "box coder: found weights %s, %s, %s, %s, expected numbers above 0"
              .formatted(wx, wy, ww, wh));
    }
  }

  /**
   * The coder of the variances of SSD.
   *
   * @param centre of the centre's offsets, 0.1 in the paper's program
   * @param size of the logarithms of the size, 0.2 there
   */
  public static BoxCoder ofVariances(double centre, double size) {
    return new BoxCoder(1 / centre, 1 / centre, 1 / size, 1 / size);
  }

  /**
   * The numbers that move an anchor to a box.
   *
   * @return a new array {@code [tx, ty, tw, th]}
   * @throws IllegalArgumentException if one of the boxes is empty
   */
  public double[] encode(Box anchor, Box target) {
    requireArea("anchor", anchor);
    requireArea("target", target);
    return new double[] {
      wx * (target.cx() - anchor.cx()) / anchor.width(),
      wy * (target.cy() - anchor.cy()) / anchor.height(),
      ww * Math.log(target.width() / anchor.width()),
      wh * Math.log(target.height() / anchor.height())
    };
  }

  /**
   * The box that an anchor is moved to, the inverse of {@link #encode}. The logarithms of the size
   * are bounded by ln(1000 / 16) from above.
   *
   * @param t {@code [tx, ty, tw, th]}
   * @throws IllegalArgumentException if the anchor is empty, or there are not four finite numbers
   */
  public Box decode(Box anchor, double[] t) {
    requireArea("anchor", anchor);
    if (t.length != 4) {
      throw new IllegalArgumentException("found " + t.length + " numbers, expected 4");
    }
    return Box.ofCentre(
        anchor.cx() + t[0] / wx * anchor.width(),
        anchor.cy() + t[1] / wy * anchor.height(),
        anchor.width() * Math.exp(Math.min(t[2] / ww, LARGEST_LOG)),
        anchor.height() * Math.exp(Math.min(t[3] / wh, LARGEST_LOG)));
  }

  private static void requireArea(String what, Box box) {
    if (box.isEmpty()) {
      throw new IllegalArgumentException(
          "box coder: found " + what + " " + box + ", expected an area");
    }
  }
}
