package dev.fovea.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Non-maximum suppression on boxes whose answer is known, and on those that have none. */
class GreedyNmsTest {

  /** ONNX's own example: corners [y1, x1, y2, x2]. */
  private static final Tensor ROW =
      boxes(0, 0, 1, 1, 0, 0.1f, 1, 1.1f, 0, -0.1f, 1, 0.9f, 0, 10, 1, 11, 0, 10.1f, 1, 11.1f)
          .append(0, 100, 1, 101)
          .tensor();

  private static final Tensor ROW_SCORES = scores(0.9f, 0.75f, 0.6f, 0.95f, 0.5f, 0.3f);

  /** Overlaps of 0.6, 0.14, 0.1 among the first three, 0.6, 0.89, 0.7 among the next; one alone. */
  private static final Tensor GROUPS =
      boxes(0, 0, 4, 4, 1, 0, 5, 4, 0, 3, 4, 7)
          .append(10, 10, 12, 14, 10, 11, 12, 15, 10, 10, 12, 14.5f, 30, 30, 31, 31)
          .tensor();

  private static final Tensor GROUP_SCORES = scores(0.6f, 0.8f, 0.55f, 0.7f, 0.9f, 0.65f, 0.2f);

  private record Boxes(float... values) {
    Boxes append(float... more) {
      float[] all = new float[values.length + more.length];
      System.arraycopy(values, 0, all, 0, values.length);
      System.arraycopy(more, 0, all, values.length, more.length);
      return new Boxes(all);
    }

    Tensor tensor() {
      return Tensor.of(Shape.of(values.length / 4, 4), values);
    }
  }

  private static Boxes boxes(float... values) {
    return new Boxes(values);
  }

  private static Tensor scores(float... values) {
    return Tensor.of(Shape.of(values.length), values);
  }

  private static GreedyNms corners(int most, float iou, float score) {
    return new GreedyNms(most, iou, score, false);
  }

  /** Node tests nonmaxsuppression_suppress_by_IOU and _limit_output_size of ONNX. */
  @Test
  void suppressesByOverlapUpToANumber() {
    assertArrayEquals(new int[] {3, 0, 5}, corners(3, 0.5f, 0).select(ROW, ROW_SCORES));
    assertArrayEquals(new int[] {3, 0}, corners(2, 0.5f, 0).select(ROW, ROW_SCORES));
    assertArrayEquals(new int[] {}, corners(0, 0.5f, 0).select(ROW, ROW_SCORES));
  }

  /** Worked out by hand from the overlaps. */
  @Test
  void thresholdsOfScoreAndOverlap() {
    int[] all = {4, 1, 2, 6};
    assertArrayEquals(all, GreedyNms.corners(0.5f).select(GROUPS, GROUP_SCORES));
    assertArrayEquals(new int[] {4, 1}, corners(99, 0.5f, 0.58f).select(GROUPS, GROUP_SCORES));
    int[] most = {4, 1, 3, 0, 2, 6};
    assertArrayEquals(most, GreedyNms.corners(0.65f).select(GROUPS, GROUP_SCORES));
    int[] fewest = {4, 1, 6};
    assertArrayEquals(fewest, GreedyNms.corners(0.1f).select(GROUPS, GROUP_SCORES));
  }

  @Test
  void cornersOfAnyDiagonal() {
    Tensor turned =
        boxes(4, 4, 0, 0, 1, 4, 5, 0, 4, 3, 0, 7, 12, 10, 10, 14, 10, 15, 12, 11)
            .append(12, 14.5f, 10, 10, 31, 31, 30, 30)
            .tensor();
    assertArrayEquals(new int[] {4, 1, 2, 6}, GreedyNms.corners(0.5f).select(turned, GROUP_SCORES));
  }

  /** Node test nonmaxsuppression_center_point_box_format of ONNX. */
  @Test
  void centresAndExtents() {
    Tensor centres =
        boxes(0.5f, 0.5f, 1, 1, 0.5f, 0.6f, 1, 1, 0.5f, 0.4f, 1, 1, 0.5f, 10.5f, 1, 1)
            .append(0.5f, 10.6f, 1, 1, 0.5f, 100.5f, 1, 1)
            .tensor();
    assertArrayEquals(
        new int[] {3, 0, 5}, new GreedyNms(3, 0.5f, 0, true).select(centres, ROW_SCORES));
  }

  @Test
  void ofEqualScoresTheLowerIndexFirst() {
    Tensor equal = boxes(0, 0, 2, 2, 0, 0, 2, 2, 5, 5, 7, 7, 0, 0, 2, 2, 5, 5, 7, 7).tensor();
    Tensor half = scores(0.5f, 0.5f, 0.5f, 0.5f, 0.5f);
    assertArrayEquals(new int[] {0, 2}, GreedyNms.corners(0.5f).select(equal, half));
    Tensor zeros = scores(-0f, 0f, -0f, 0f, 0f);
    assertArrayEquals(new int[] {0, 2}, GreedyNms.corners(0.5f).select(equal, zeros));
  }

  /** Three detections of one object, from the tests of torchvision's nms in half precision. */
  @Test
  void largeBoxesThatAlmostAgree() {
    Tensor large =
        boxes(285.3538f, 185.5758f, 1193.511f, 851.4551f)
            .append(285.1472f, 188.7374f, 1192.4984f, 851.0669f)
            .append(279.244f, 197.9812f, 1189.4746f, 849.2019f)
            .tensor();
    assertArrayEquals(
        new int[] {1}, GreedyNms.corners(0.2f).select(large, scores(0.637f, 0.7569f, 0.3966f)));
  }

  @Test
  void anOverlapOfExactlyTheThresholdKeepsTheBox() {
    Tensor third = boxes(0, 0, 1, 2, 0, 1, 1, 3).tensor();
    Tensor two = scores(0.9f, 0.8f);
    assertArrayEquals(new int[] {0, 1}, GreedyNms.corners(1f / 3).select(third, two));
    assertArrayEquals(new int[] {0}, GreedyNms.corners(Math.nextDown(1f / 3)).select(third, two));
  }

  @Test
  void boxesWithoutAreaOverlapWithNothing() {
    Tensor flat = boxes(0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 4, 4).tensor();
    assertArrayEquals(
        new int[] {0, 1, 2}, GreedyNms.corners(0).select(flat, scores(0.9f, 0.8f, 0.7f)));
  }

  @Test
  void nanIsNeverKept() {
    Tensor some = boxes(0, 0, 1, 1, 5, 5, Float.NaN, 6, 9, 9, 10, 10, 20, 20, 21, 21).tensor();
    Tensor given = scores(0.5f, 0.9f, Float.NaN, 0.4f);
    assertArrayEquals(new int[] {0, 3}, GreedyNms.corners(0.5f).select(some, given));
  }

  @Test
  void whatIsWrongIsNamed() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> corners(-1, 0.5f, 0));
    assertTrue(e.getMessage().contains("expected a number of boxes >= 0"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> corners(1, 1.5f, 0));
    assertThrows(IllegalArgumentException.class, () -> corners(1, Float.NaN, 0));
    e =
        assertThrows(
            IllegalArgumentException.class,
            () -> GreedyNms.corners(0.5f).select(ROW, GROUP_SCORES));
    assertTrue(e.getMessage().contains("found [6, 4] and [7]"), e.getMessage());
  }
}
