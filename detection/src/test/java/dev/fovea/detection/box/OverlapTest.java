package dev.fovea.detection.box;

import static dev.fovea.detection.box.Boxes.assertRows;
import static dev.fovea.detection.box.Boxes.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Overlaps against published numbers, and what must hold of any boxes. */
class OverlapTest {
  static final List<Box> THREE_LARGE =
      Boxes.of(
          row(285.3538, 185.5758, 1193.511, 851.4551),
          row(285.1472, 188.7374, 1192.4984, 851.0669),
          row(279.244, 197.9812, 1189.4746, 849.2019));

  /** The numbers are those of the tests of Detectron2's box structures. */
  @Test
  void overUnionAndOverTheSecond() {
    List<Box> one = List.of(new Box(0, 0, 1, 1));
    List<Box> others =
        Boxes.of(
            row(0, 0, 1, 1),
            row(0, 0, 0.5, 1),
            row(0, 0, 1, 0.5),
            row(0, 0, 0.5, 0.5),
            row(0.5, 0.5, 1, 1),
            row(0.5, 0.5, 1.5, 1.5));
    assertRows(
        new double[][] {{1, 0.5, 0.5, 0.25, 0.25, 0.142857142857}},
        Overlap.IOU.matrix(one, others),
        1e-9);
    assertRows(new double[][] {{1, 1, 1, 1, 1, 0.25}}, Overlap.IOA.matrix(one, others), 1e-12);
  }

  /** Boxes and numbers of the tests of torchvision's operators, computed again in double. */
  @Test
  void fourMeasures() {
    List<Box> rows =
        Boxes.of(
            row(0, 0, 100, 100), row(0, 0, 50, 50), row(200, 200, 300, 300), row(0, 0, 25, 25));
    List<Box> columns = rows.subList(0, 3);
    assertRows(
        new double[][] {{1, 0.25, 0}, {0.25, 1, 0}, {0, 0, 1}, {0.0625, 0.25, 0}},
        Overlap.IOU.matrix(rows, columns),
        1e-11);
    assertRows(
        new double[][] {
          {1, 0.25, -0.777777777778},
          {0.25, 1, -0.861111111111},
          {-0.777777777778, -0.861111111111, 1},
          {0.0625, 0.25, -0.881944444444}
        },
        Overlap.GIOU.matrix(rows, columns),
        1e-11);
    double[][] distance = {
      {1, 0.1875, -0.444444444444},
      {0.1875, 1, -0.5625},
      {-0.444444444444, -0.5625, 1},
      {-0.078125, 0.1875, -0.626736111111}
    };
    assertRows(distance, Overlap.DIOU.matrix(rows, columns), 1e-11);
    // Squares all: shapes make no difference.
    assertRows(distance, Overlap.CIOU.matrix(rows, columns), 1e-11);
  }

  /** The same source. */
  @Test
  void threeLargeBoxes() {
    double[] areas = {604723.08062596, 600965.4666204, 592761.0084934201};
    for (int i = 0; i < areas.length; i++) {
      assertEquals(areas[i], THREE_LARGE.get(i).area(), 1e-6);
    }
    assertRows(
        new double[][] {
          {1, 0.993335169953, 0.967275067963},
          {0.993335169953, 1, 0.973722265341},
          {0.967275067963, 0.973722265341, 1}
        },
        Overlap.IOU.matrix(THREE_LARGE, THREE_LARGE),
        1e-11);
    assertRows(
        new double[][] {
          {1, 0.993333957461, 0.967127955004},
          {0.993333957461, 1, 0.973613850491},
          {0.967127955004, 0.973613850491, 1}
        },
        Overlap.GIOU.matrix(THREE_LARGE, THREE_LARGE),
        1e-11);
  }

  @Test
  void whatHoldsOfAnyBoxes() {
    long seed = 20261121;
    List<Box> boxes = Boxes.random(40, 100, new SplittableRandom(seed));
    for (Box a : boxes) {
      for (Overlap measure : Overlap.values()) {
        assertEquals(1, measure.of(a, a), 1e-12);
      }
      for (Box b : boxes) {
        double iou = Overlap.IOU.of(a, b);
        assertTrue(Overlap.GIOU.of(a, b) <= iou + 1e-12, "seed " + seed);
        assertTrue(Overlap.DIOU.of(a, b) <= iou + 1e-12, "seed " + seed);
        assertTrue(Overlap.CIOU.of(a, b) <= Overlap.DIOU.of(a, b) + 1e-12, "seed " + seed);
        for (Overlap measure : Overlap.values()) {
          double moved = measure.of(a.translate(7, -3).scale(2, 2), b.translate(7, -3).scale(2, 2));
          assertEquals(measure.of(a, b), moved, 1e-9, measure + ", seed " + seed);
        }
      }
    }
  }

  @Test
  void boxesWithoutAreaGiveFiniteNumbers() {
    Box point = new Box(181, 329, 181, 329);
    for (Overlap measure : Overlap.values()) {
      assertTrue(Double.isFinite(measure.of(point, point)), measure.name());
      assertTrue(Double.isFinite(measure.of(point, new Box(0, 0, 9, 9))), measure.name());
    }
    assertEquals(0, Overlap.IOU.of(point, point));
  }
}
