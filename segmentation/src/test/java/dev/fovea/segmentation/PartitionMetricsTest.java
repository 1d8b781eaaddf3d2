package dev.fovea.segmentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class PartitionMetricsTest {
  @Test
  void adaptedRandErrorOfSmallMap() {
    LabelMap truth = TestMaps.of("21", "12");
    LabelMap predicted = TestMaps.of("12", "31");
    assertEquals(1 / 3.0, PartitionMetrics.adaptedRandError(truth, predicted, 0.5), 1e-12);
    assertEquals(0, PartitionMetrics.adaptedRandError(truth, predicted, 0), 1e-12);
    assertEquals(0.5, PartitionMetrics.adaptedRandError(truth, predicted, 1), 1e-12);
  }

  @Test
  void trueBackgroundIsLeftOut() {
    LabelMap truth = TestMaps.of(".111", ".122", ".322", "333.");
    LabelMap predicted = TestMaps.of(".112", ".122", ".322", "332.");
    assertEquals(0.384615384615, PartitionMetrics.adaptedRandError(truth, predicted, 0.5), 1e-12);
    PartitionMetrics.VariationOfInformation variation =
        PartitionMetrics.variationOfInformation(truth, predicted);
    assertEquals(0.40563906223, variation.split(), 1e-10);
    assertEquals(0.46936093777, variation.merge(), 1e-10);
    assertEquals(0.875, variation.total(), 1e-10);
  }

  @Test
  void mergedPairsCostOneBit() {
    PartitionMetrics.VariationOfInformation variation =
        PartitionMetrics.variationOfInformation(TestMaps.of("1234"), TestMaps.of("1188"));
    assertEquals(0, variation.split(), 1e-12);
    assertEquals(1, variation.merge(), 1e-12);
  }

  @Test
  void emptyMapsAgree() {
    LabelMap empty = TestMaps.of("..");
    assertEquals(0, PartitionMetrics.adaptedRandError(empty, empty, 0.5));
    assertEquals(0, PartitionMetrics.variationOfInformation(empty, empty).total());
  }

  @Test
  void refusesBadInput() {
    LabelMap map = TestMaps.of("1");
    assertThrows(
        IllegalArgumentException.class, () -> PartitionMetrics.adaptedRandError(map, map, 1.5));
    assertThrows(
        IllegalArgumentException.class,
        () -> PartitionMetrics.variationOfInformation(map, TestMaps.of("1.")));
  }
}
