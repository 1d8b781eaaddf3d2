package dev.fovea.detection.box;

import static dev.fovea.detection.box.Boxes.assertBoxes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fovea.detection.box.GridAnchors.Level;
import dev.fovea.detection.box.GridAnchors.Size;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Anchors against literal tables. */
class AnchorsTest {
  private static List<Box> grid(double offset) {
    Level level = Level.of(4, List.of(32.0, 64.0), List.of(0.25, 1.0, 4.0));
    return new GridAnchors(List.of(level), offset).of(0, 1, 2);
  }

  /** The numbers of Detectron2's tests of its anchor generator. */
  @Test
  void atTheCornersOfCells() {
    assertBoxes(
        new double[][] {
          {-32, -8, 32, 8}, {-16, -16, 16, 16}, {-8, -32, 8, 32},
          {-64, -16, 64, 16}, {-32, -32, 32, 32}, {-16, -64, 16, 64},
          {-28, -8, 36, 8}, {-12, -16, 20, 16}, {-4, -32, 12, 32},
          {-60, -16, 68, 16}, {-28, -32, 36, 32}, {-12, -64, 20, 64}
        },
        grid(0),
        Box::xyxy,
        1e-6);
  }

  /** The same source. */
  @Test
  void inTheMiddleOfCells() {
    assertBoxes(
        new double[][] {
          {-30, -6, 34, 10}, {-14, -14, 18, 18}, {-6, -30, 10, 34},
          {-62, -14, 66, 18}, {-30, -30, 34, 34}, {-14, -62, 18, 66},
          {-26, -6, 38, 10}, {-10, -14, 22, 18}, {-2, -30, 14, 34},
          {-58, -14, 70, 18}, {-26, -30, 38, 34}, {-10, -62, 22, 66}
        },
        grid(0.5),
        Box::xyxy,
        1e-6);
  }

  /** The nine of the first program of Faster R-CNN, whose right and lower edges are inclusive. */
  @Test
  void shapesOfWholePixels() {
    List<Size> shapes =
        GridAnchors.wholePixelShapes(16, List.of(0.5, 1.0, 2.0), List.of(8.0, 16.0, 32.0));
    List<Box> anchors = new GridAnchors(List.of(new Level(16, shapes)), 0.5).of(0, 1, 1);
    assertBoxes(
        new double[][] {
          {-84, -40, 99, 55}, {-176, -88, 191, 103}, {-360, -184, 375, 199},
          {-56, -56, 71, 71}, {-120, -120, 135, 135}, {-248, -248, 263, 263},
          {-36, -80, 51, 95}, {-80, -168, 95, 183}, {-168, -344, 183, 359}
        },
        anchors,
        b -> new double[] {b.x1(), b.y1(), b.x2() - 1, b.y2() - 1},
        0);
  }

  /** Numbers computed from the configuration of SSD300 for Pascal VOC in ssd.pytorch. */
  @Test
  void defaultBoxesOfSsd300() {
    DefaultBoxes ssd = DefaultBoxes.ssd300();
    List<Box> boxes = ssd.all();
    assertEquals(8732, boxes.size());
    assertEquals(
        List.of(4, 6, 6, 6, 4, 4),
        ssd.levels().stream().map(DefaultBoxes.Level::boxesPerCell).toList());
    assertEquals(
        List.of(5776, 2166, 600, 150, 36, 4),
        ssd.levels().stream().map(l -> l.cells() * l.cells() * l.boxesPerCell()).toList());
    double c = 0.013333333333;
    assertBoxes(
        new double[][] {
          {c, c, 0.1, 0.1},
          {c, c, 0.141421356237, 0.141421356237},
          {c, c, 0.141421356237, 0.070710678119},
          {c, c, 0.070710678119, 0.141421356237}
        },
        boxes.subList(0, 4),
        Box::cxcywh,
        1e-9);
    double d = 0.026666666667;
    assertBoxes(
        new double[][] {
          {d, d, 0.2, 0.2},
          {d, d, 0.272029410175, 0.272029410175},
          {d, d, 0.282842712475, 0.141421356237},
          {d, d, 0.141421356237, 0.282842712475},
          {d, d, 0.346410161514, 0.115470053838},
          {d, d, 0.115470053838, 0.346410161514}
        },
        boxes.subList(5776, 5782),
        Box::cxcywh,
        1e-9);
    assertBoxes(
        new double[][] {
          {0.5, 0.5, 0.88, 0.88},
          {0.5, 0.5, 0.961249187256, 0.961249187256},
          {0.5, 0.5, 1.244507934888, 0.622253967444},
          {0.5, 0.5, 0.622253967444, 1.244507934888}
        },
        boxes.subList(8728, 8732),
        Box::cxcywh,
        1e-9);
    assertArrayEquals(
        new double[] {4443.946666666674, 4443.946666666807, 1510.429284529716, 1510.429284529716},
        sums(boxes),
        1e-8);
    assertArrayEquals(
        new double[] {4443.146666666675, 4443.146666666808, 1510.147951931264, 1510.147951931264},
        sums(ssd.allClamped()),
        1e-8);
  }

  private static double[] sums(List<Box> boxes) {
    double[] sums = new double[4];
    for (Box box : boxes) {
      double[] numbers = box.cxcywh();
      for (int i = 0; i < sums.length; i++) {
        sums[i] += numbers[i];
      }
    }
    return sums;
  }

  @Test
  void levelsOfAPicture() {
    List<Box> anchors = GridAnchors.retinaNet().forImage(65, 64);
    int cells = 8 * 9 + 4 * 5 + 2 * 3 + 2 + 1;
    assertEquals(9 * cells, anchors.size());
    for (Box box : anchors.subList(9 * (cells - 1), 9 * cells)) {
      assertEquals(0, box.cx(), 1e-9);
      assertEquals(0, box.cy(), 1e-9);
    }
    assertEquals(
        3 * (16 * 17 + 8 * 9 + 4 * 5 + 2 * 3 + 2),
        GridAnchors.featurePyramid().forImage(65, 64).size());
  }

  /** Numbers computed by the formulas of YOLOv2 and v3. */
  @Test
  void yolo() {
    double[] t = {0.2, -0.5, 0.3, -0.1, 1.2};
    Size anchor = new Size(116, 90);
    Box box = new YoloCoder(32).decode(t, 5, 7, anchor);
    assertArrayEquals(
        new double[] {177.594687913999, 236.081301401541, 156.583621678816, 81.435367623236},
        box.cxcywh(),
        1e-10);
    assertArrayEquals(
        new double[] {5.549833997312, 7.377540668798, 1.784648329496, 1.566680747458},
        new YoloCoder(1).decode(t, 5, 7, new Size(1.3221, 1.73145)).cxcywh(),
        1e-10);
    assertEquals(0.768524783499, YoloCoder.sigmoid(t[4]), 1e-10);
    assertArrayEquals(
        new double[] {0.2, -0.5, 0.3, -0.1}, new YoloCoder(32).encode(box, 5, 7, anchor), 1e-9);
    assertThrows(IllegalArgumentException.class, () -> new YoloCoder(32).encode(box, 4, 7, anchor));
  }

  /** Levels by equation 1 of the paper on feature pyramids. */
  @Test
  void levelsOfAPyramid() {
    double[][] expected = {
      {224, 224, 4},
      {112, 112, 3},
      {448, 448, 5},
      {60, 60, 2},
      {223, 223, 3},
      {300, 50, 3},
      {1000, 700, 5}
    };
    for (double[] e : expected) {
      assertEquals((int) e[2], PyramidLevels.P2_TO_P5.of(Box.ofSize(3, 4, e[0], e[1])));
    }
    assertEquals(2, PyramidLevels.P2_TO_P5.of(new Box(5, 5, 5, 5)));
    assertEquals(5, PyramidLevels.P2_TO_P5.of(new Box(0, 0, 9000, 9000)));
  }

  @Test
  void refused() {
    assertThrows(IllegalArgumentException.class, () -> new Level(0, List.of(new Size(1, 1))));
    assertThrows(IllegalArgumentException.class, () -> new Level(8, List.of()));
    assertThrows(IllegalArgumentException.class, () -> new GridAnchors(List.of(), 1));
    assertThrows(
        IllegalArgumentException.class, () -> new DefaultBoxes.Level(0, 8, 30, 60, List.of()));
    assertThrows(IllegalArgumentException.class, () -> new YoloCoder(-1));
  }
}
