package dev.fovea.detection.box;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The anchors of region proposals, RetinaNet and YOLO: on every cell of a feature map the same
 * shapes, centred at {@code ((column + offset) stride, (row + offset) stride)}.
 *
 * <p>The order of the anchors is level, row, column, shape. Immutable and thread-safe.
 *
 * @param levels feature maps of a pyramid, the finest first
 * @param offset where in its cell an anchor is centred: 0 the upper left corner, 0.5 the middle
 */
public record GridAnchors(List<Level> levels, double offset) {

  /**
   * Width and height of an anchor.
   *
   * @param width in pixels
   * @param height in pixels
   */
  public record Size(double width, double height) {}

  /**
   * The anchors of one feature map.
   *
   * @param stride pixels from one cell to the next
   * @param shapes what stands on every cell
   */
  public record Level(double stride, List<Size> shapes) {

    /** Checks the numbers. */
    public Level {
      shapes = List.copyOf(shapes);
      if (!(stride > 0) || shapes.isEmpty()) {
        throw new IllegalArgumentException(
            "anchors: found stride "
                + stride
                + " and "
                + shapes.size()
                + " shapes, expected a stride above 0 and at least one shape");
      }
    }

    /**
     * Every size with every aspect ratio, in this order: {@code w = sqrt(size^2 / ratio)}, {@code h
     * = ratio w}.
     *
     * @param sizes square roots of areas, in pixels
     * @param ratios heights over widths
     */
    public static Level of(double stride, List<Double> sizes, List<Double> ratios) {
      List<Size> shapes = new ArrayList<>();
      for (double size : sizes) {
        for (double ratio : ratios) {
          double width = Math.sqrt(size * size / ratio);
          shapes.add(new Size(width, ratio * width));
        }
      }
      return new Level(stride, shapes);
    }
  }

  /** Checks the numbers. */
  public GridAnchors {
    levels = List.copyOf(levels);
    if (!(offset >= 0 && offset < 1)) {
      throw new IllegalArgumentException("anchors: found offset " + offset + ", expected [0, 1)");
    }
  }

  /**
   * The anchors of a feature pyramid P2 to P6 as in Lin et al. 2017: one size a level, 32 to 512,
   * with the ratios 1/2, 1 and 2.
   */
  public static GridAnchors featurePyramid() {
    return new GridAnchors(
        IntStream.range(0, 5)
            .mapToObj(l -> Level.of(4 << l, List.of(32.0 * (1 << l)), List.of(0.5, 1.0, 2.0)))
            .toList(),
        0);
  }

  /**
   * The nine anchors a cell of RetinaNet on P3 to P7 (Lin et al. 2017, "Focal Loss for Dense Object
   * Detection"): sizes 32 to 512 times 1, 2^(1/3) and 2^(2/3), ratios 1/2, 1 and 2.
   */
  public static GridAnchors retinaNet() {
    return new GridAnchors(
        IntStream.range(0, 5)
            .mapToObj(l -> Level.of(8 << l, thirdsOfAnOctave(32 << l), List.of(0.5, 1.0, 2.0)))
            .toList(),
        0);
  }

  private static List<Double> thirdsOfAnOctave(double size) {
    return List.of(size, size * Math.pow(2, 1 / 3.0), size * Math.pow(2, 2 / 3.0));
  }

  /**
   * The shapes of Faster R-CNN as its first program made them (Ren et al. 2015): sides of the
   * window's area at each ratio are rounded to whole pixels before they are scaled.
   *
   * @param window side of the square that the shapes start from, 16 there
   * @param ratios heights over widths, 1/2, 1 and 2 there
   * @param scales factors, 8, 16 and 32 there
   * @return shapes, by ratio, then by scale
   */
  public static List<Size> wholePixelShapes(int window, List<Double> ratios, List<Double> scales) {
    List<Size> shapes = new ArrayList<>();
    for (double ratio : ratios) {
      double width = Math.rint(Math.sqrt((double) window * window / ratio));
      double height = Math.rint(width * ratio);
      for (double scale : scales) {
        shapes.add(new Size(width * scale, height * scale));
      }
    }
    return shapes;
  }

  /**
   * The anchors of one level.
   *
   * @param level which one
   * @param rows rows of its feature map
   * @param columns columns of its feature map
   * @throws IndexOutOfBoundsException if there is no such level
   */
  public List<Box> of(int level, int rows, int columns) {
    Level l = levels.get(level);
    List<Box> anchors = new ArrayList<>(rows * columns * l.shapes().size());
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        for (Size shape : l.shapes()) {
          anchors.add(
              Box.ofCentre(
                  (column + offset) * l.stride(),
                  (row + offset) * l.stride(),
                  shape.width(),
                  shape.height()));
        }
      }
    }
    return anchors;
  }

  /**
   * The anchors of all levels for a picture, one level after the other. The feature map of a level
   * has {@code ceil(size / stride)} rows and columns.
   *
   * @param width of the picture
   * @param height of the picture
   */
  public List<Box> forImage(int width, int height) {
    List<Box> anchors = new ArrayList<>();
    for (int l = 0; l < levels.size(); l++) {
      double stride = levels.get(l).stride();
      anchors.addAll(of(l, (int) Math.ceil(height / stride), (int) Math.ceil(width / stride)));
    }
    return anchors;
  }
}
