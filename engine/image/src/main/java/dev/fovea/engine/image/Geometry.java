package dev.fovea.engine.image;

/**
 * Where a picture lies in a resized, cropped or padded one. In continuous coordinates (pixel
 * centres at halves): {@code target = source * scale + offset}, for each axis.
 *
 * @param scaleX horizontal magnification, positive
 * @param scaleY vertical magnification, positive
 * @param offsetX where the left edge of the source lies in the target; negative if it is cut off
 * @param offsetY where the upper edge of the source lies in the target
 */
public record Geometry(double scaleX, double scaleY, double offsetX, double offsetY) {

  /** Nothing changes. */
  public static final Geometry IDENTITY = new Geometry(1, 1, 0, 0);

  /** The target's x for an x in the source. */
  public double toTargetX(double x) {
    return x * scaleX + offsetX;
  }

  /** The target's y for a y in the source. */
  public double toTargetY(double y) {
    return y * scaleY + offsetY;
  }

  /** The source's x for an x in the target; may lie outside of the source. */
  public double toSourceX(double x) {
    return (x - offsetX) / scaleX;
  }

  /** The source's y for a y in the target; may lie outside of the source. */
  public double toSourceY(double y) {
    return (y - offsetY) / scaleY;
  }
}
