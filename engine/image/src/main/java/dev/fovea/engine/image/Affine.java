package dev.fovea.engine.image;

/**
 * An affine map of continuous coordinates, from the output of a transform to its input: {@code x' =
 * xx x + xy y + x0}, {@code y' = yx x + yy y + y0}.
 */
record Affine(double xx, double xy, double yx, double yy, double x0, double y0) {

  double x(double x, double y) {
    return xx * x + xy * y + x0;
  }

  double y(double x, double y) {
    return yx * x + yy * y + y0;
  }

  /**
   * The linear map {@code (xx, xy; yx, yy)} about centres: the point {@code (fromX, fromY)} of the
   * output goes to {@code (toX, toY)} of the input.
   */
  static Affine about(
      double xx,
      double xy,
      double yx,
      double yy,
      double fromX,
      double fromY,
      double toX,
      double toY) {
    return new Affine(xx, xy, yx, yy, toX - xx * fromX - xy * fromY, toY - yx * fromX - yy * fromY);
  }
}
