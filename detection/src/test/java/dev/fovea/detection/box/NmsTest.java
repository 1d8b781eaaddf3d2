package dev.fovea.detection.box;

import static dev.fovea.detection.box.Boxes.assertRows;
import static dev.fovea.detection.box.Boxes.row;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Suppression against literal cases. */
class NmsTest {
  private static final double ALL = Double.NEGATIVE_INFINITY;

  /** Boxes and scores of ONNX's node tests of NonMaxSuppression, which are y1, x1, y2, x2. */
  private static final List<Box> SIX =
      Boxes.of(
          row(0, 0, 1, 1),
          row(0.1, 0, 1.1, 1),
          row(-0.1, 0, 0.9, 1),
          row(10, 0, 11, 1),
          row(10.1, 0, 11.1, 1),
          row(100, 0, 101, 1));

  private static final float[] SIX_SCORES = {0.9f, 0.75f, 0.6f, 0.95f, 0.5f, 0.3f};

  private static final List<Box> SEVEN =
      Boxes.of(
          row(0, 0, 4, 4),
          row(1, 0, 5, 4),
          row(0, 3, 4, 7),
          row(10, 10, 12, 14),
          row(10, 11, 12, 15),
          row(10, 10, 12, 14.5),
          row(30, 30, 31, 31));

  private static final float[] SEVEN_SCORES = {0.6f, 0.8f, 0.55f, 0.7f, 0.9f, 0.65f, 0.2f};

  private static void kept(int[] expected, Nms nms, List<Box> boxes, float... scores) {
    assertArrayEquals(expected, nms.select(boxes, scores));
  }

  @Test
  void byOverlap() {
    kept(new int[] {3, 0, 5}, new Nms(0.5, 0, 3), SIX, SIX_SCORES);
  }

  @Test
  void atMostTwo() {
    kept(new int[] {3, 0}, new Nms(0.5, 0, 2), SIX, SIX_SCORES);
  }

  @Test
  void byScoreAndByOtherThresholds() {
    assertRows(
        new double[][] {
          {1, 0.6, 0.142857142857, 0, 0, 0, 0},
          {0.6, 1, 0.103448275862, 0, 0, 0, 0},
          {0.142857142857, 0.103448275862, 1, 0, 0, 0, 0},
          {0, 0, 0, 1, 0.6, 0.888888888889, 0},
          {0, 0, 0, 0.6, 1, 0.7, 0},
          {0, 0, 0, 0.888888888889, 0.7, 1, 0},
          {0, 0, 0, 0, 0, 0, 1}
        },
        Overlap.IOU.matrix(SEVEN, SEVEN),
        1e-11);
    kept(new int[] {4, 1, 2, 6}, Nms.of(0.5), SEVEN, SEVEN_SCORES);
    kept(new int[] {4, 1}, new Nms(0.5, 0.58, 99), SEVEN, SEVEN_SCORES);
    kept(new int[] {4, 1, 3, 0, 2, 6}, Nms.of(0.65), SEVEN, SEVEN_SCORES);
    kept(new int[] {4, 1, 6}, Nms.of(0.1), SEVEN, SEVEN_SCORES);
  }

  /** The seven boxes with their corners exchanged. */
  @Test
  void cornersInAnyOrder() {
    List<Box> exchanged =
        Boxes.of(
            row(4, 4, 0, 0),
            row(1, 4, 5, 0),
            row(4, 3, 0, 7),
            row(12, 10, 10, 14),
            row(10, 15, 12, 11),
            row(12, 14.5, 10, 10),
            row(31, 31, 30, 30));
    kept(new int[] {4, 1, 2, 6}, Nms.of(0.5), exchanged, SEVEN_SCORES);
    List<Box> sorted =
        exchanged.stream().map(b -> Box.ofCorners(b.x1(), b.y1(), b.x2(), b.y2())).toList();
    assertEquals(SEVEN, sorted);
  }

  /** The case with centres of ONNX's node tests. */
  @Test
  void centres() {
    double[] ys = {0.5, 0.6, 0.4, 10.5, 10.6, 100.5};
    List<Box> boxes = IntStream.range(0, 6).mapToObj(i -> Box.ofCentre(0.5, ys[i], 1, 1)).toList();
    kept(new int[] {3, 0, 5}, new Nms(0.5, ALL, 3), boxes, SIX_SCORES);
  }

  @Test
  void ofEqualScoresTheFirst() {
    List<Box> boxes =
        Boxes.of(
            row(0, 0, 2, 2), row(0, 0, 2, 2), row(5, 5, 7, 7), row(0, 0, 2, 2), row(5, 5, 7, 7));
    kept(new int[] {0, 2}, Nms.of(0.5), boxes, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f);
  }

  /** A case of torchvision's tests, which was wrong in half precision once. */
  @Test
  void threeLargeBoxes() {
    kept(new int[] {1}, Nms.of(0.2), OverlapTest.THREE_LARGE, 0.637f, 0.7569f, 0.3966f);
  }

  @Test
  void classesDoNotExcludeEachOther() {
    float[] others = {0.9f, 0.3f, 0.5f, 0.65f, 0.1f, 0.7f, 0.8f};
    Nms nms = new Nms(0.5, ALL, 3);
    kept(new int[] {4, 1, 2}, nms, SEVEN, SEVEN_SCORES);
    kept(new int[] {0, 6, 5}, nms, SEVEN, others);

    List<Box> both = Stream.concat(SEVEN.stream(), SEVEN.stream()).toList();
    float[] scores = Arrays.copyOf(SEVEN_SCORES, 14);
    System.arraycopy(others, 0, scores, 7, 7);
    int[] groups = IntStream.range(0, 14).map(i -> i / 7).toArray();
    assertArrayEquals(new int[] {4, 7, 1, 13, 12, 2}, nms.selectWithin(both, scores, groups));
  }

  /** Moving every group to a place of its own is another way to the same. */
  @Test
  void groupsAsFarApartBoxes() {
    long seed = 6;
    SplittableRandom random = new SplittableRandom(seed);
    List<Box> boxes = Boxes.random(200, 64, random);
    float[] scores = new float[200];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = random.nextInt(50) / 50f;
    }
    int[] groups = random.ints(200, -2, 3).toArray();
    List<Box> apart =
        IntStream.range(0, 200)
            .mapToObj(i -> boxes.get(i).translate(groups[i] * 256.0, 0))
            .toList();
    // Whole pixels, so that moving them changes no overlap in float32.
    List<Box> whole = apart.stream().map(NmsTest::rounded).toList();
    List<Box> wholeBoxes = boxes.stream().map(NmsTest::rounded).toList();
    assertArrayEquals(
        Nms.of(0.4).select(whole, scores),
        Nms.of(0.4).selectWithin(wholeBoxes, scores, groups),
        "seed " + seed);
  }

  private static Box rounded(Box b) {
    return new Box(Math.rint(b.x1()), Math.rint(b.y1()), Math.rint(b.x2()), Math.rint(b.y2()));
  }

  /** Numbers computed by the formulas of Bodla et al. */
  @Test
  void soft() {
    double[] scores = {0.9, 0.75, 0.6, 0.95, 0.5, 0.3};
    SoftNms linear = new SoftNms(SoftNms.Decay.LINEAR, 0.3, 0.001);
    assertSoft(
        new double[][] {
          {3, 0.95},
          {0, 0.9},
          {5, 0.3},
          {1, 0.136363636364},
          {4, 0.090909090909},
          {2, 0.036363636364}
        },
        linear.select(SIX, scores));
    SoftNms gaussian = new SoftNms(SoftNms.Decay.GAUSSIAN, 0.5, 0.001);
    assertSoft(
        new double[][] {
          {3, 0.95},
          {0, 0.9},
          {5, 0.3},
          {1, 0.196611604384},
          {4, 0.131074402923},
          {2, 0.064663557615}
        },
        gaussian.select(SIX, scores));
    assertArrayEquals(new double[] {0.9, 0.75, 0.6, 0.95, 0.5, 0.3}, scores);
  }

  private static void assertSoft(double[][] expected, List<SoftNms.Kept> found) {
    assertRows(
        expected,
        found.stream().map(k -> row(k.index(), k.score())).toArray(double[][]::new),
        1e-9);
  }

  @Test
  void softDropsWhatFallsBelow() {
    SoftNms gaussian = new SoftNms(SoftNms.Decay.GAUSSIAN, 0.5, 0.15);
    double[] scores = {0.9, 0.75, 0.6, 0.95, 0.5, 0.3};
    assertEquals(
        List.of(3, 0, 5, 1),
        gaussian.select(SIX, scores).stream().map(SoftNms.Kept::index).toList());
  }

  @Test
  void refused() {
    assertArrayEquals(new int[0], Nms.of(0.5).select(List.of(), new float[0]));
    assertThrows(IllegalArgumentException.class, () -> Nms.of(1.5));
    assertThrows(IllegalArgumentException.class, () -> Nms.of(0.5).select(SIX, new float[5]));
    assertThrows(
        IllegalArgumentException.class,
        () -> Nms.of(0.5).selectWithin(SIX, SIX_SCORES, new int[2]));
    assertThrows(IllegalArgumentException.class, () -> new SoftNms(SoftNms.Decay.GAUSSIAN, 0, 0.1));
    assertThrows(IllegalArgumentException.class, () -> new SoftNms(SoftNms.Decay.LINEAR, 1.1, 0.1));
  }
}
