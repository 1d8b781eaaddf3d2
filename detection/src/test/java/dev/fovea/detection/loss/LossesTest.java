package dev.fovea.detection.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.detection.box.Box;
import dev.fovea.detection.box.Overlap;
import dev.fovea.detection.loss.YoloV1Loss.Parts;
import dev.fovea.detection.loss.YoloV1Loss.Target;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Losses against literals, and their gradients against numeric ones. */
class LossesTest {
  private static final double STEP = 1e-6;

  private static final Box[][] PAIRS = {
    {new Box(-1, -1, 1, 1), new Box(-1, -1, 1, 1)},
    {new Box(-1, -1, 1, 1), new Box(0, -1, 1, 1)},
    {new Box(-1, -1, 1, 1), new Box(0, 0, 1, 1)},
    {new Box(-1, -1, 1, 1), new Box(0, 1, 1, 2)},
    {new Box(-1, -1, 1, 1), new Box(1, 1, 2, 2)},
    {new Box(0, 0, 1, 1), new Box(0, 1, 1, 2)},
    {new Box(0, 0, 1, 1), new Box(1, 1, 2, 2)}
  };

  private static void assertLosses(BoxLoss loss, double... expected) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(
          expected[i], loss.value(PAIRS[i][0], PAIRS[i][1]), 1e-10, loss + " of pair " + i);
    }
  }

  private static double sum(BoxLoss loss, int a, int b) {
    return loss.value(PAIRS[a][0], PAIRS[a][1]) + loss.value(PAIRS[b][0], PAIRS[b][1]);
  }

  /** Pairs and numbers of the tests of Detectron2 and torchvision, computed again in double. */
  @Test
  void boxLosses() {
    assertLosses(BoxLoss.GIOU, 0, 0.5, 0.75, 1.166666666667, 1.444444444444, 1, 1.5);
    assertLosses(BoxLoss.DIOU, 0, 0.53125, 0.8125, 1.192307692308, 1.25, 1.2, 1.25);
    assertLosses(BoxLoss.CIOU, 0, 0.534498129299, 0.8125, 1.192307692308, 1.25, 1.2, 1.25);
    assertEquals(2.45, sum(BoxLoss.CIOU, 5, 6), 1e-10);
    assertEquals(1.78125, sum(BoxLoss.DIOU, 1, 6), 1e-10);
    assertEquals(1.784498129299, sum(BoxLoss.CIOU, 1, 6), 1e-10);
    assertEquals(1.225, sum(BoxLoss.CIOU, 5, 6) / 2, 1e-10);
    assertEquals(0.890625, sum(BoxLoss.DIOU, 1, 6) / 2, 1e-10);
    assertEquals(0.892249064649, sum(BoxLoss.CIOU, 1, 6) / 2, 1e-10);
  }

  private static Box random(SplittableRandom random) {
    return Box.ofSize(
        random.nextDouble(10),
        random.nextDouble(10),
        random.nextDouble(1, 8),
        random.nextDouble(1, 8));
  }

  private static double[] numeric(Box box, ToDoubleFunction<Box> f) {
    double[] gradient = new double[4];
    for (int edge = 0; edge < gradient.length; edge++) {
      double[] up = box.xyxy();
      double[] down = box.xyxy();
      up[edge] += STEP;
      down[edge] -= STEP;
      gradient[edge] =
          (f.applyAsDouble(new Box(up[0], up[1], up[2], up[3]))
                  - f.applyAsDouble(new Box(down[0], down[1], down[2], down[3])))
              / (2 * STEP);
    }
    return gradient;
  }

  @Test
  void gradientsOfBoxLosses() {
    long seed = 5;
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 200; round++) {
      Box predicted = random(random);
      Box truth = random(random);
      String at = "seed " + seed + ", " + predicted + " and " + truth;
      for (BoxLoss loss : List.of(BoxLoss.GIOU, BoxLoss.DIOU)) {
        assertArrayEquals(
            numeric(predicted, b -> loss.value(b, truth)),
            loss.gradient(predicted, truth),
            1e-6,
            loss + ", " + at);
      }
      // The weight of the shape's term is a constant.
      double alpha = alpha(predicted, truth);
      assertArrayEquals(
          numeric(predicted, b -> BoxLoss.DIOU.value(b, truth) + alpha * shape(b, truth)),
          BoxLoss.CIOU.gradient(predicted, truth),
          1e-6,
          "CIoU, " + at);
    }
  }

  private static double shape(Box a, Box b) {
    double angle = Math.atan(a.width() / a.height()) - Math.atan(b.width() / b.height());
    return 4 / (Math.PI * Math.PI) * angle * angle;
  }

  private static double alpha(Box a, Box b) {
    return shape(a, b) / (1 - Overlap.IOU.of(a, b) + shape(a, b));
  }

  /** What the IoU alone cannot do: boxes apart are told where to go. */
  @Test
  void boxesApartComeNearer() {
    Box truth = new Box(20, 20, 30, 28);
    Box box = new Box(0, 2, 6, 9);
    for (BoxLoss loss : BoxLoss.values()) {
      double[] g = loss.gradient(box, truth);
      Box moved = new Box(box.x1() - g[0], box.y1() - g[1], box.x2() - g[2], box.y2() - g[3]);
      assertTrue(loss.value(moved, truth) < loss.value(box, truth), loss.name());
    }
  }

  @Test
  void emptyBoxesHaveNoGradient() {
    Box box = new Box(0, 0, 1, 1);
    Box empty = new Box(3, 3, 3, 5);
    assertThrows(IllegalArgumentException.class, () -> BoxLoss.GIOU.gradient(empty, box));
    assertThrows(IllegalArgumentException.class, () -> BoxLoss.GIOU.gradient(box, empty));
  }

  private static final YoloV1Loss YOLO = YoloV1Loss.of(2, 2, 3);

  private static final double[] PREDICTION = {
    0.5, 0.5, 0.2, 0.3, 0.6, 0.4, 0.6, 0.5, 0.4, 0.3, 0.7, 0.2, 0.1,
    0.1, 0.2, 0.3, 0.3, 0.1, 0.5, 0.5, 0.1, 0.1, 0.2, 0.3, 0.3, 0.4,
    0.3, 0.3, 0.2, 0.2, 0.05, 0.6, 0.6, 0.4, 0.4, 0.15, 0.2, 0.5, 0.3,
    0.7, 0.2, 0.6, 0.5, 0.9, 0.5, 0.5, 0.3, 0.3, 0.4, 0.1, 0.1, 0.8
  };

  private static final List<Target> TARGETS =
      List.of(new Target(0, 0, 0.5, 0.6, 0.4, 0.4, 0), new Target(1, 1, 0.6, 0.3, 0.5, 0.6, 2));

  /** Numbers computed by equation 3 of the paper. */
  @Test
  void yoloV1() {
    Parts parts = YOLO.evaluate(PREDICTION, TARGETS, null);
    assertEquals(0.03, parts.position(), 1e-10);
    assertEquals(0.014682578979, parts.size(), 1e-10);
    assertEquals(0.284489795918, parts.object(), 1e-10);
    assertEquals(0.595, parts.noObject(), 1e-10);
    assertEquals(0.2, parts.classes(), 1e-10);
    assertEquals(1.005402690815, YOLO.total(parts), 1e-10);
  }

  /** The responsible box has to reach its IoU, which counts as a constant: confidences apart. */
  @Test
  void gradientOfYoloV1() {
    double[] gradient = new double[YOLO.size()];
    YOLO.evaluate(PREDICTION, TARGETS, gradient);
    double confidences = YOLO.evaluate(PREDICTION, TARGETS, null).object();
    for (int i = 0; i < gradient.length; i++) {
      boolean confidence = i % 13 == 4 || i % 13 == 9;
      double[] ends = new double[2];
      for (int side = 0; side < 2; side++) {
        double[] moved = PREDICTION.clone();
        moved[i] += side == 0 ? -STEP : STEP;
        Parts parts = YOLO.evaluate(moved, TARGETS, null);
        ends[side] = YOLO.total(parts) - (confidence ? 0 : parts.object() - confidences);
      }
      assertEquals((ends[1] - ends[0]) / (2 * STEP), gradient[i], 1e-6, "number " + i);
    }
    double[] twice = gradient.clone();
    YOLO.evaluate(PREDICTION, TARGETS, twice);
    assertEquals(2 * gradient[0], twice[0], 1e-12);
  }

  @Test
  void yoloRefuses() {
    assertThrows(
        IllegalArgumentException.class, () -> YOLO.evaluate(new double[51], List.of(), null));
    Target outside = new Target(2, 0, 0.5, 0.5, 1, 1, 0);
    assertThrows(
        IllegalArgumentException.class, () -> YOLO.evaluate(PREDICTION, List.of(outside), null));
    assertThrows(IllegalArgumentException.class, () -> YoloV1Loss.of(0, 2, 3));
  }
}
