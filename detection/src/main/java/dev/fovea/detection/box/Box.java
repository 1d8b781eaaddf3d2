package dev.fovea.detection.box;

/**
 * An upright rectangle {@code [x1, y1, x2, y2]} in pixels, half-open: it holds the points with
 * {@code x1 <= x < x2} and {@code y1 <= y < y2}, and its width is {@code x2 - x1}, without a one to
 * add.
 *
 * <p>A box may be empty ({@code x2 <= x1} or {@code y2 <= y1}), as files of strangers hold such
 * ones; its area is 0 then. Immutable and thread-safe.
 *
 * @param x1 left edge
 * @param y1 upper edge
 * @param x2 right edge, the first x that is outside
 * @param y2 lower edge, the first y that is outside
 */
public record Box(double x1, double y1, double x2, double y2) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is infinite or NaN
   */
  public Box {
    // A sum is finite only if its parts are, and 0 times a finite number is 0.
    if (0 * x1 + 0 * y1 + 0 * x2 + 0 * y2 != 0) {
      throw new IllegalArgumentException(
          "box: found [%s, %s, %s, %s], expected finite numbers".formatted(x1, y1, x2, y2));
    }
  }

  /** The box between two opposite corners, in any order. */
  public static Box ofCorners(double ax, double ay, double bx, double by) {
    return new Box(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by));
  }

  /** The box with an upper left corner and a size, as COCO writes it. */
  public static Box ofSize(double x, double y, double width, double height) {
    return new Box(x, y, x + width, y + height);
  }

  /** The box with a centre and a size, as YOLO writes it. */
  public static Box ofCentre(double cx, double cy, double width, double height) {
    return new Box(cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2);
  }

  /** Width, negative if the edges are exchanged. */
  public double width() {
    return x2 - x1;
  }

  /** Height, negative if the edges are exchanged. */
  public double height() {
    return y2 - y1;
  }

  /** The x of the centre. */
  public double cx() {
    return (x1 + x2) / 2;
  }

  /** The y of the centre. */
  public double cy() {
    return (y1 + y2) / 2;
  }

  /** Area in square pixels, 0 if the box is empty. */
  public double area() {
    return isEmpty() ? 0 : width() * height();
  }

  /** Whether no point is inside. */
  public boolean isEmpty() {
    return x2 <= x1 || y2 <= y1;
  }

  /** A new array {@code [x1, y1, x2, y2]}. */
  public double[] xyxy() {
    return new double[] {x1, y1, x2, y2};
  }

  /** A new array {@code [x1, y1, width, height]}. */
  public double[] xywh() {
    return new double[] {x1, y1, width(), height()};
  }

  /** A new array {@code [centre x, centre y, width, height]}. */
  public double[] cxcywh() {
    return new double[] {cx(), cy(), width(), height()};
  }

  /**
   * The part inside a picture: every edge is moved to the nearest place in it. A box outside has no
   * area then.
   */
  public Box clip(double width, double height) {
    return new Box(
        clamp(x1, 0, width), clamp(y1, 0, height), clamp(x2, 0, width), clamp(y2, 0, height));
  }

  public static double clamp(double value, double low, double high) {
    return Math.max(low, Math.min(value, high));
  }

  /** The box in a picture that was made larger by these factors. */
  public Box scale(double byX, double byY) {
    return new Box(x1 * byX, y1 * byY, x2 * byX, y2 * byY);
  }

  /** The box moved. */
  public Box translate(double byX, double byY) {
    return new Box(x1 + byX, y1 + byY, x2 + byX, y2 + byY);
  }

  /** Whether the whole box is inside a picture. */
  public boolean isInside(double width, double height) {
    return Math.min(x1, x2) >= 0
        && Math.min(y1, y2) >= 0
        && Math.max(x1, x2) <= width
        && Math.max(y1, y2) <= height;
  }

  /** Area that two boxes have in common. */
  public double intersection(Box other) {
    if (isEmpty() || other.isEmpty()) {
      return 0;
    }
    double width = Math.min(x2, other.x2) - Math.max(x1, other.x1);
    double height = Math.min(y2, other.y2) - Math.max(y1, other.y1);
    return width > 0 && height > 0 ? width * height : 0;
  }

  /** The smallest box that holds both. */
  public Box enclosing(Box other) {
    return new Box(
        Math.min(x1, other.x1),
        Math.min(y1, other.y1),
        Math.max(x2, other.x2),
        Math.max(y2, other.y2));
  }
}
