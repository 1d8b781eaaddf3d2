package dev.fovea.segmentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InstanceAveragePrecisionTest {
  @Test
  void thresholdsAreTheNineOfTheBowl() {
    assertEquals(
        List.of(0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9),
        InstanceAveragePrecision.THRESHOLDS);
  }

  @Test
  void countsHitsMissesAndFalseAlarms() {
    // Pairs: 1-5 IoU 4/5, 2-6 IoU 2/3; 3 is missed, 7 is false.
    LabelMap truth = TestMaps.of("11111...22..33.");
    LabelMap predicted = TestMaps.of("5555....666...7");
    InstanceAveragePrecision.Score score = InstanceAveragePrecision.score(truth, predicted);
    assertEquals(2, score.truePositives(0.5));
    assertEquals(1, score.falsePositives(0.5));
    assertEquals(1, score.falseNegatives(0.5));
    assertEquals(2 / 4.0, score.averagePrecision(0.5), 1e-12);
    assertEquals(1, score.truePositives(0.7));
    assertEquals(1 / 5.0, score.averagePrecision(0.7), 1e-12);
    assertEquals(0, score.averagePrecision(0.85));
  }

  @Test
  void anIouOfExactlyTheThresholdIsNotAbove() {
    // IoU 1/2 and 3/4, exact in binary.
    InstanceAveragePrecision.Score half =
        InstanceAveragePrecision.score(TestMaps.of("11"), TestMaps.of("1."));
    assertEquals(0, half.truePositives(0.5));
    InstanceAveragePrecision.Score threeQuarters =
        InstanceAveragePrecision.score(TestMaps.of("1111"), TestMaps.of("111."));
    assertEquals(1, threeQuarters.truePositives(0.7));
    assertEquals(0, threeQuarters.truePositives(0.75));
  }

  @Test
  void highestOverlapIsPairedFirst() {
    // IoU of 1-9 is 4/7, of 1-8 3/9, of 2-8 2/7: 1 goes to 9 first, which leaves 8 for 2.
    LabelMap truth = TestMaps.of("11111112222..");
    LabelMap predicted = TestMaps.of("999988888....");
    InstanceAveragePrecision.Score score = InstanceAveragePrecision.score(truth, predicted);
    assertEquals(2, score.truePositives(0.2));
    assertEquals(1, score.truePositives(0.3));
  }

  @Test
  void meansAreOverImagesThenThresholds() {
    InstanceAveragePrecision precision = new InstanceAveragePrecision();
    precision.add(TestMaps.of("12"), TestMaps.of("34"));
    precision.add(TestMaps.of("1111"), TestMaps.of("111."));
    assertEquals(2, precision.images());
    assertEquals(1, precision.averagePrecision(0.7));
    assertEquals(0.5, precision.averagePrecision(0.75));
    assertEquals((5 * 1 + 4 * 0.5) / 9, precision.meanAveragePrecision(), 1e-12);
  }

  @Test
  void emptyImages() {
    LabelMap empty = TestMaps.of("....");
    LabelMap one = TestMaps.of(".11.");
    assertEquals(1, InstanceAveragePrecision.score(empty, empty).averagePrecision(0.5));
    assertEquals(0, InstanceAveragePrecision.score(empty, one).averagePrecision(0.5));
    assertEquals(0, InstanceAveragePrecision.score(one, empty).averagePrecision(0.5));
    assertEquals(Double.NaN, new InstanceAveragePrecision().meanAveragePrecision());
  }

  @Test
  void labelsDoNotMatterAndSwappingSidesSwapsErrors() {
    Random random = TestMaps.random(61);
    for (int n = 0; n < 50; n++) {
      LabelMap truth = TestMaps.discs(random, 50, 40, 15);
      LabelMap predicted = TestMaps.discs(random, 50, 40, 15);
      InstanceAveragePrecision.Score there = InstanceAveragePrecision.score(truth, predicted);
      InstanceAveragePrecision.Score back =
          InstanceAveragePrecision.score(renamed(predicted), renamed(truth));
      assertEquals(there.truePositives(0.5), back.truePositives(0.5));
      assertEquals(there.falsePositives(0.5), back.falseNegatives(0.5));
      assertEquals(1, InstanceAveragePrecision.score(truth, renamed(truth)).averagePrecision(0.9));
    }
  }

  private static LabelMap renamed(LabelMap map) {
    int[] labels = map.labels().clone();
    for (int i = 0; i < labels.length; i++) {
      labels[i] = labels[i] == 0 ? 0 : Integer.MAX_VALUE - labels[i];
    }
    return LabelMap.of(map.width(), map.height(), labels);
  }

  @Test
  void refusesOtherSizesAndThresholds() {
    InstanceAveragePrecision precision = new InstanceAveragePrecision();
    assertThrows(
        IllegalArgumentException.class, () -> precision.add(TestMaps.of("1"), TestMaps.of("1.")));
    assertThrows(IllegalArgumentException.class, () -> precision.averagePrecision(0.95));
  }
}
