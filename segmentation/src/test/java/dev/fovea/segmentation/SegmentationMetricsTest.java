package dev.fovea.segmentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SegmentationMetricsTest {
  private static final double EXACT = 1e-10;

  @Test
  void literalFigures() {
    int[][] confusion = {{50, 3, 2}, {4, 30, 6}, {1, 2, 22}};
    SegmentationMetrics metrics = new SegmentationMetrics(3);
    for (int t = 0; t < 3; t++) {
      for (int p = 0; p < 3; p++) {
        metrics.add(filled(confusion[t][p], t), filled(confusion[t][p], p));
        assertEquals(confusion[t][p], metrics.count(t, p));
      }
    }
    // Ignored pixels count nowhere, whatever was predicted there.
    metrics.add(new int[] {SegmentationMetrics.IGNORED}, new int[] {77});
    assertEquals(0.85, metrics.pixelAccuracy(), EXACT);
    assertEquals(0.846363636364, metrics.meanAccuracy(), EXACT);
    assertEquals(0.833333333333, metrics.iou(0), EXACT);
    assertEquals(0.666666666667, metrics.iou(1), EXACT);
    assertEquals(0.666666666667, metrics.iou(2), EXACT);
    assertEquals(0.722222222222, metrics.meanIou(), EXACT);
    assertEquals(0.743055555556, metrics.frequencyWeightedIou(), EXACT);
    assertEquals(0.909090909091, metrics.dice(0), EXACT);
    assertEquals(0.8, metrics.dice(1), EXACT);
    assertEquals(0.8, metrics.dice(2), EXACT);
  }

  @Test
  void absentClassIsLeftOutOfTheMeans() {
    SegmentationMetrics metrics = new SegmentationMetrics(4);
    metrics.add(new int[] {0, 0, 1}, new int[] {0, 2, 1});
    assertEquals(Double.NaN, metrics.iou(3));
    assertEquals((0.5 + 1 + 0) / 3, metrics.meanIou(), EXACT);
    assertEquals((0.5 + 1) / 2, metrics.meanAccuracy(), EXACT);
  }

  @Test
  void nothingAddedIsNotANumber() {
    SegmentationMetrics metrics = new SegmentationMetrics(2);
    assertEquals(Double.NaN, metrics.pixelAccuracy());
    assertEquals(Double.NaN, metrics.meanIou());
  }

  @Test
  void foregroundTakesAllObjectsTogether() {
    LabelMap truth = TestMaps.of("11.2");
    LabelMap predicted = TestMaps.of("9..2");
    assertEquals(2 * 2.0 / 5, SegmentationMetrics.foregroundDice(truth, predicted), EXACT);
    assertEquals(2.0 / 3, SegmentationMetrics.foregroundIou(truth, predicted), EXACT);
    LabelMap empty = TestMaps.of("....");
    assertEquals(1, SegmentationMetrics.foregroundDice(empty, empty));
    assertEquals(1, SegmentationMetrics.foregroundIou(empty, empty));
    assertEquals(0, SegmentationMetrics.foregroundDice(truth, empty));
  }

  @Test
  void refusesBadInput() {
    SegmentationMetrics metrics = new SegmentationMetrics(2);
    assertThrows(
        IllegalArgumentException.class, () -> metrics.add(new int[2], new int[] {0, 1, 0}));
    assertEquals(
        "predicted class of pixel 1 is 2, expected 0 to 1",
        assertThrows(
                IllegalArgumentException.class,
                () -> metrics.add(new int[] {0, 0}, new int[] {0, 2}))
            .getMessage());
    assertEquals(0, metrics.count(0, 0), "a refused image leaves nothing behind");
    assertThrows(IllegalArgumentException.class, () -> new SegmentationMetrics(0));
    assertEquals(
        "predicted label map is 2 x 1, expected the size of the true one, 1 x 2",
        assertThrows(
                IllegalArgumentException.class,
                () -> SegmentationMetrics.foregroundDice(TestMaps.of("1", "."), TestMaps.of("1.")))
            .getMessage());
  }

  private static int[] filled(int length, int value) {
    return IntStream.generate(() -> value).limit(length).toArray();
  }
}
