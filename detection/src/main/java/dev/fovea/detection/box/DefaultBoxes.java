package dev.fovea.detection.box;

import java.util.ArrayList;
import java.util.List;

/**
 * The default boxes of SSD (Liu et al. 2016, "SSD: Single Shot MultiBox Detector"), in parts of the
 * picture's size.
 *
 * <p>On every cell of a level: a square of the least size s, one of {@code sqrt(least most)}, then
 * for each ratio a {@code (s sqrt(a), s / sqrt(a))} and {@code (s / sqrt(a), s sqrt(a))}. Immutable
 * and thread-safe.
 *
 * @param image side of the square picture, in pixels
 * @param levels feature maps, the finest first
 */
public record DefaultBoxes(int image, List<Level> levels) {

  /**
   * A feature map.
   *
   * @param cells rows and columns
   * @param step pixels from one cell to the next
   * @param least side of the smaller square, in pixels
   * @param most least side of the next level, in pixels
   * @param ratios aspect ratios besides 1
   */
  public record Level(int cells, double step, double least, double most, List<Double> ratios) {

    /** Checks the numbers. */
    public Level {
      ratios = List.copyOf(ratios);
      if (cells < 1 || !(step > 0) || !(least > 0) || !(most > 0)) {
        throw new IllegalArgumentException(
            "default boxes: found %d cells, step %s, sizes %s and %s, expected numbers above 0"
                .formatted(cells, step, least, most));
      }
    }

    /** Boxes on each cell. */
    public int boxesPerCell() {
      return 2 + 2 * ratios.size();
    }
  }

  /** Checks the numbers. */
  public DefaultBoxes {
    levels = List.copyOf(levels);
    if (image < 1) {
      throw new IllegalArgumentException("default boxes: found image size " + image);
    }
  }

  /** The 8732 boxes of SSD300 for Pascal VOC. */
  public static DefaultBoxes ssd300() {
    List<Double> few = List.of(2.0);
    List<Double> more = List.of(2.0, 3.0);
    return new DefaultBoxes(
        300,
        List.of(
            new Level(38, 8, 30, 60, few),
            new Level(19, 16, 60, 111, more),
            new Level(10, 32, 111, 162, more),
            new Level(5, 64, 162, 213, more),
            new Level(3, 100, 213, 264, few),
            new Level(1, 300, 264, 315, few)));
  }

  /** The boxes, by level, row, column; some reach over the edge of the picture. */
  public List<Box> all() {
    List<Box> boxes = new ArrayList<>();
    for (Level level : levels) {
      for (int row = 0; row < level.cells(); row++) {
        for (int column = 0; column < level.cells(); column++) {
          addCell(boxes, level, row, column);
        }
      }
    }
    return boxes;
  }

  /**
   * The boxes with centre, width and height clamped to [0, 1] each, which is what the well-known
   * programs do. It moves a centre that is outside and shrinks what is larger than the picture; it
   * does not cut off what reaches over the edge.
   */
  public List<Box> allClamped() {
    return all().stream()
        .map(
            b ->
                Box.ofCentre(
                    Box.clamp(b.cx(), 0, 1),
                    Box.clamp(b.cy(), 0, 1),
                    Box.clamp(b.width(), 0, 1),
                    Box.clamp(b.height(), 0, 1)))
        .toList();
  }

  private void addCell(List<Box> boxes, Level level, int row, int column) {
    double cx = (column + 0.5) * level.step() / image;
    double cy = (row + 0.5) * level.step() / image;
    double least = level.least() / image;
    double middle = Math.sqrt(level.least() * level.most()) / image;
    boxes.add(Box.ofCentre(cx, cy, least, least));
    boxes.add(Box.ofCentre(cx, cy, middle, middle));
    for (double ratio : level.ratios()) {
      double root = Math.sqrt(ratio);
      boxes.add(Box.ofCentre(cx, cy, least * root, least / root));
      boxes.add(Box.ofCentre(cx, cy, least / root, least * root));
    }
  }
}
