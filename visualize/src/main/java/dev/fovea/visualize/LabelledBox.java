package dev.fovea.visualize;

/**
 * A box as it is drawn over a picture, see {@link Overlays#boxes}. Immutable and thread-safe.
 *
 * @param x1 left edge in pixels of the picture, in or outside of it
 * @param y1 upper edge
 * @param x2 right edge
 * @param y2 lower edge
 * @param label decides the colour, 1 or more
 * @param name what stands at the box; empty for nothing
 * @param detail what stands behind the name where there is room, such as a score; empty for nothing
 */
public record LabelledBox(
    double x1, double y1, double x2, double y2, int label, String name, String detail) {

  /**
   * A box from its edges in one array.
   *
   * @param edges x1, y1, x2, y2
   */
  public static LabelledBox of(double[] edges, int label, String name, String detail) {
    return new LabelledBox(edges[0], edges[1], edges[2], edges[3], label, name, detail);
  }

  double area() {
    return (x2 - x1) * (y2 - y1);
  }
}
