package dev.fovea.engine.image;

/**
 * How a picture is brought to a size: resized to {@code width x height}, then cut or padded so that
 * its corner lies at {@code (left, top)} of the target; negative corners are cut off.
 */
record Fit(int width, int height, int left, int top) {

  /** The whole picture inside the target, as large as possible, centred. */
  static Fit inside(int sourceWidth, int sourceHeight, int width, int height) {
    return centred(
        sourceWidth,
        sourceHeight,
        width,
        height,
        Math.min((double) width / sourceWidth, (double) height / sourceHeight));
  }

  /** The whole target covered, as little of the picture cut off as possible, centred. */
  static Fit covering(int sourceWidth, int sourceHeight, int width, int height) {
    return centred(
        sourceWidth,
        sourceHeight,
        width,
        height,
        Math.max((double) width / sourceWidth, (double) height / sourceHeight));
  }

  /** The shorter side of the picture brought to a length, the target cut out of the middle. */
  static Fit shorterSide(int sourceWidth, int sourceHeight, int width, int height, int length) {
    return centred(
        sourceWidth,
        sourceHeight,
        width,
        height,
        (double) length / Math.min(sourceWidth, sourceHeight));
  }

  private static Fit centred(
      int sourceWidth, int sourceHeight, int width, int height, double scale) {
    int w = rounded(sourceWidth * scale);
    int h = rounded(sourceHeight * scale);
    // Towards zero: an odd pixel is cut off, or filled, on the right and at the bottom.
    return new Fit(w, h, (width - w) / 2, (height - h) / 2);
  }

  /** At least 1; a line of pixels that has to cover a square is cut at what an int holds. */
  private static int rounded(double length) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.round(length)));
  }

  Geometry geometry(int sourceWidth, int sourceHeight) {
    return new Geometry((double) width / sourceWidth, (double) height / sourceHeight, left, top);
  }

  /** Applies it; {@code fill} is the value beside the picture. */
  FloatPlanes apply(
      FloatPlanes source, int targetWidth, int targetHeight, Resampling resampling, float fill) {
    FloatPlanes cut =
        source.resize(
            width,
            height,
            Math.max(0, -left),
            Math.max(0, -top),
            Math.min(width, targetWidth),
            Math.min(height, targetHeight),
            resampling);
    return cut.padConstant(Math.max(0, left), Math.max(0, top), targetWidth, targetHeight, fill);
  }
}
