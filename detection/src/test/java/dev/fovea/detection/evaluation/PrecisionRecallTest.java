package dev.fovea.detection.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PrecisionRecallTest {

  /** Numbers computed by the definitions of Pascal VOC and COCO. */
  @Test
  void eightFindsOfSixObjects() {
    boolean[] right = {true, false, true, true, false, false, true, false};
    PrecisionRecall curve =
        PrecisionRecall.of(new double[] {.9, .8, .7, .6, .5, .4, .3, .2}, right, 6);
    double sixth = 1 / 6.0;
    assertArrayEquals(
        new double[] {sixth, sixth, 0.333333333333, 0.5, 0.5, 0.5, 0.666666666667, 0.666666666667},
        curve.recall(),
        1e-10);
    assertArrayEquals(
        new double[] {1, 0.5, 0.666666666667, 0.75, 0.6, 0.5, 0.571428571429, 0.5},
        curve.precision(),
        1e-10);
    assertArrayEquals(
        new double[] {1, 1, 0.75, 0.75, 0.75, 0.75, 0.571428571429, 0, 0, 0, 0},
        curve.sampled(11),
        1e-10);
    assertEquals(0.506493506494, curve.averagePrecision(11), 1e-10);
    assertEquals(0.511904761905, curve.areaUnderCurve(), 1e-10);
    assertEquals(0.511315417256, curve.averagePrecision(101), 1e-10);
  }

  @Test
  void ends() {
    PrecisionRecall none = PrecisionRecall.of(new double[0], new boolean[0], 3);
    assertEquals(0, none.averagePrecision(101));
    assertEquals(0, none.areaUnderCurve());
    assertEquals(0, none.largestRecall());
    boolean[] all = new boolean[7];
    Arrays.fill(all, true);
    PrecisionRecall perfect = PrecisionRecall.of(new double[7], all, 7);
    assertEquals(1, perfect.averagePrecision(11), 1e-12);
    assertEquals(1, perfect.averagePrecision(101), 1e-12);
    assertEquals(1, perfect.areaUnderCurve(), 1e-12);
    assertThrows(
        IllegalArgumentException.class, () -> PrecisionRecall.of(new double[0], new boolean[0], 0));
  }
}
