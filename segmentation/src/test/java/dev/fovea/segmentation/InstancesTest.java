package dev.fovea.segmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class InstancesTest {
  private static final Instances.Parameters ANY_SIZE =
      new Instances.Parameters(0.5f, 0.5f, 1, 1, true, true);

  @Test
  void touchingObjectsArePartedOnTheirBorder() {
    // 0 background, 1 interior, 2 border.
    assertArrayEquals(
        TestMaps.of(".......", ".11222.", ".11222.", ".......").labels(),
        extract(ANY_SIZE, "0000000", "0122110", "0122110", "0000000"));
  }

  @Test
  void seedlessForegroundIsOneObjectOrNone() {
    String[] classes = {"22002", "22012", "00022"};
    assertArrayEquals(TestMaps.of("22..1", "22.11", "...11").labels(), extract(ANY_SIZE, classes));
    assertArrayEquals(
        TestMaps.of("....1", "...11", "...11").labels(),
        extract(new Instances.Parameters(0.5f, 0.5f, 1, 1, false, true), classes));
  }

  @Test
  void smallSeedsAndSmallObjectsAreDropped() {
    String[] classes = {"110100", "112200", "000000", "000011"};
    assertArrayEquals(
        TestMaps.of("11.1..", "1111..", "......", "......").labels(),
        extract(new Instances.Parameters(0.5f, 0.5f, 2, 3, true, true), classes));
  }

  @Test
  void holesAreFilledIfAskedFor() {
    String[] classes = {"1111", "1001", "1111"};
    assertArrayEquals(TestMaps.of("1111", "1111", "1111").labels(), extract(ANY_SIZE, classes));
    assertArrayEquals(
        TestMaps.of("1111", "1..1", "1111").labels(),
        extract(new Instances.Parameters(0.5f, 0.5f, 1, 1, true, false), classes));
  }

  @Test
  void gapBetweenTwoObjectsAndGapAtTheEdgeAreNoHoles() {
    LabelMap map =
        TestMaps.of(
            "11122.", //
            "1..22.", "11122.", "33....", ".3....");
    assertArrayEquals(map.labels(), LabelFilters.fillHoles(map).labels());
  }

  @Test
  void emptyPictureHasNoObject() {
    assertEquals(
        0,
        Instances.extract(ClassMapsTest.oneHot(new int[20], 5, 4), Instances.Parameters.DEFAULTS)
            .count());
  }

  @Test
  void refusesBadInput() {
    assertEquals(
        "there are 2 class planes, expected 3: background, interior, border",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    Instances.extract(
                        new ClassProbabilities(1, 1, new float[1], new float[1]), ANY_SIZE))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Instances.extract(
                new ClassProbabilities(1, 1, new float[1], new float[] {Float.NaN}, new float[1]),
                ANY_SIZE));
    assertThrows(IllegalArgumentException.class, () -> new ClassProbabilities(2, 2, new float[3]));
    assertThrows(IllegalArgumentException.class, () -> new ClassProbabilities(2, 2));
    assertThrows(
        IllegalArgumentException.class, () -> new Instances.Parameters(1f, 0.5f, 1, 1, true, true));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Instances.Parameters(0.5f, Float.NaN, 1, 1, true, true));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Instances.Parameters(0.5f, 0.5f, 0, 1, true, true));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Instances.Parameters(0.5f, 0.5f, 1, 0, true, true));
  }

  @Test
  void mostProbableClassTakesTheFirstOfEqualOnes() {
    ClassProbabilities probabilities =
        new ClassProbabilities(
            3,
            1,
            new float[] {0.5f, 0.2f, 0.3f},
            new float[] {0.5f, 0.2f, 0.3f},
            new float[] {0, 0.6f, 0.4f});
    assertArrayEquals(new int[] {0, 2, 2}, probabilities.mostProbable());
  }

  private static int[] extract(Instances.Parameters parameters, String... classRows) {
    LabelMap classes = TestMaps.of(classRows);
    return Instances.extract(
            ClassMapsTest.oneHot(classes.labels(), classes.width(), classes.height()), parameters)
        .labels();
  }
}
