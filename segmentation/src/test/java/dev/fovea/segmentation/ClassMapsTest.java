package dev.fovea.segmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassMapsTest {
  @Test
  void rimLiesInsideTheObject() {
    LabelMap map =
        TestMaps.of(
            "........", //
            ".444444.",
            ".444444.",
            ".444444.",
            ".444444.",
            ".444444.",
            "........");
    assertArrayEquals(
        TestMaps.of(
                "........", //
                ".222222.",
                ".211112.",
                ".211112.",
                ".211112.",
                ".222222.",
                "........")
            .labels(),
        ClassMaps.classes(map, 1));
  }

  @Test
  void touchingObjectsArePartedByTwoRimsAndTheEdgeOfThePictureMakesNone() {
    LabelMap map =
        TestMaps.of(
            "11111222", //
            "11111222",
            "11111222");
    assertArrayEquals(
        TestMaps.of(
                "11112211", //
                "11112211",
                "11112211")
            .labels(),
        ClassMaps.classes(map, 1));
  }

  @Test
  void narrowGapStaysBackground() {
    int[] classes = ClassMaps.classes(TestMaps.of("1111.2222"), 1);
    assertEquals(ClassMaps.BACKGROUND, classes[4]);
    assertEquals(ClassMaps.BORDER, classes[3]);
    assertEquals(ClassMaps.BORDER, classes[5]);
  }

  @Test
  void smallestObjectIsAllInterior() {
    assertArrayEquals(
        TestMaps.of("....", ".1..", "....").labels(),
        ClassMaps.classes(TestMaps.of("....", ".9..", "...."), 3));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 1.5, 2, 3, 10})
  void foregroundIsExactAndEveryPartKeepsAnInterior(double rim) {
    Random random = TestMaps.random(31);
    for (int n = 0; n < 20; n++) {
      LabelMap map = TestMaps.discs(random, 60, 45, 30);
      int[] classes = ClassMaps.classes(map, rim);
      LabelMap parts = ConnectedComponents.of(map, Connectivity.EIGHT);
      boolean[] hasInterior = new boolean[parts.count() + 1];
      for (int i = 0; i < classes.length; i++) {
        assertEquals(map.labels()[i] != 0, classes[i] != ClassMaps.BACKGROUND);
        hasInterior[parts.labels()[i]] |= classes[i] == ClassMaps.INTERIOR;
        if (classes[i] == ClassMaps.INTERIOR) {
          assertInteriorsDoNotTouch(map, classes, i);
        }
      }
      for (int part = 1; part < hasInterior.length; part++) {
        assertTrue(hasInterior[part], "part " + part + " has no interior");
      }
    }
  }

  private static void assertInteriorsDoNotTouch(LabelMap map, int[] classes, int i) {
    // Single pixels and lines between others are interior throughout, so only objects that have a
    // border at all are held to it; those have one wherever they touch.
    int right = i + 1;
    if (right % map.width() != 0
        && classes[right] == ClassMaps.INTERIOR
        && map.labels()[i] != map.labels()[right]) {
      assertTrue(isThin(map, i) || isThin(map, right));
    }
  }

  /** Whether the part of a pixel holds no pixel that is 2 or more away from the outside. */
  private static boolean isThin(LabelMap map, int pixel) {
    LabelMap parts = ConnectedComponents.of(map, Connectivity.EIGHT);
    boolean[] outside = new boolean[map.labels().length];
    for (int i = 0; i < outside.length; i++) {
      outside[i] = parts.labels()[i] != parts.labels()[pixel];
    }
    int[] squared = DistanceTransform.squared(outside, map.width(), map.height());
    for (int s : squared) {
      if (s >= 4) {
        return false;
      }
    }
    return true;
  }

  @Test
  void objectsComeBackFromTheirOwnClasses() {
    Random random = TestMaps.random(32);
    InstanceAveragePrecision precision = new InstanceAveragePrecision();
    for (int n = 0; n < 20; n++) {
      LabelMap map =
          LabelFilters.removeSmall(
              ConnectedComponents.of(TestMaps.discs(random, 80, 80, 25), Connectivity.FOUR), 16);
      LabelMap back =
          Instances.extract(
              oneHot(ClassMaps.classes(map, 2), 80, 80), Instances.Parameters.DEFAULTS);
      precision.add(map, back);
    }
    System.out.println(
        "AP@0.5 " + precision.averagePrecision(0.5) + " AP@0.9 " + precision.averagePrecision(0.9));
    assertTrue(precision.averagePrecision(0.5) > 0.9);
    assertTrue(precision.averagePrecision(0.9) > 0.75);
  }

  static ClassProbabilities oneHot(int[] classes, int width, int height) {
    float[][] planes = new float[3][classes.length];
    for (int i = 0; i < classes.length; i++) {
      planes[classes[i]][i] = 1;
    }
    return new ClassProbabilities(width, height, planes);
  }

  @Test
  void refusesBadRim() {
    LabelMap map = TestMaps.of("1");
    assertThrows(IllegalArgumentException.class, () -> ClassMaps.classes(map, 0));
    assertThrows(IllegalArgumentException.class, () -> ClassMaps.classes(map, Double.NaN));
    assertNotEquals(ClassMaps.BACKGROUND, ClassMaps.classes(map, 1)[0]);
  }
}
