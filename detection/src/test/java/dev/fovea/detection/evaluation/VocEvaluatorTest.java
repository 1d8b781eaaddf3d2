package dev.fovea.detection.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.Detection;
import dev.fovea.detection.box.Box;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Pascal VOC's rules of matching, and confusions; the curves have a test of their own. */
class VocEvaluatorTest {
  private static final Box A = new Box(0, 0, 10, 10);
  private static final Box B = new Box(20, 0, 30, 10);
  private static final Box NOWHERE = new Box(80, 80, 90, 90);

  private static Annotation object(int label, Box box) {
    return Annotation.of(label, box);
  }

  private static Detection find(int label, double score, Box box) {
    return Detection.of(label, score, box);
  }

  @Test
  void overPictures() {
    VocEvaluator evaluator = new VocEvaluator(3, 0.5);
    // Right, a second find of the same, and one of another class.
    evaluator.add(
        List.of(object(0, A), object(1, B)),
        List.of(find(0, 0.9, A), find(0, 0.8, A), find(0, 0.3, B)));
    evaluator.add(List.of(object(0, B)), List.of(find(0, 0.7, new Box(20, 0, 25, 10))));
    assertArrayEquals(
        new double[] {1, 0.5, 2 / 3.0, 0.5}, evaluator.curve(0).orElseThrow().precision(), 1e-12);
    assertEquals((1 + 2 / 3.0) / 2, evaluator.allPoint(0), 1e-12);
    assertEquals((6 + 5 * 2 / 3.0) / 11, evaluator.elevenPoint(0), 1e-12);
    assertEquals(0, evaluator.allPoint(1));
    assertEquals(-1, evaluator.allPoint(2));
    assertEquals((1 + 2 / 3.0) / 4, evaluator.meanAllPoint(), 1e-12);
    assertEquals((6 + 5 * 2 / 3.0) / 22, evaluator.meanElevenPoint(), 1e-12);
  }

  /** Neither to be found nor a mistake, however often it is found. */
  @Test
  void difficultObjects() {
    VocEvaluator evaluator = new VocEvaluator(1, 0.5);
    evaluator.add(
        List.of(object(0, A).withDifficult(true), object(0, B)),
        List.of(find(0, 0.9, A), find(0, 0.8, A), find(0, 0.7, B)));
    assertEquals(1, evaluator.allPoint(0), 1e-12);
    assertEquals(1, evaluator.curve(0).orElseThrow().recall().length);
  }

  /** Unlike in COCO, a find whose best object is taken does not get the second best. */
  @Test
  void onlyTheBestObjectCounts() {
    Box near = new Box(1, 0, 11, 10);
    VocEvaluator evaluator = new VocEvaluator(1, 0.5);
    evaluator.add(
        List.of(object(0, A), object(0, near)), List.of(find(0, 0.9, A), find(0, 0.8, A)));
    assertEquals(0.5, evaluator.curve(0).orElseThrow().largestRecall());
  }

  @Test
  void exactlyTheThreshold() {
    VocEvaluator evaluator = new VocEvaluator(1, 0.5);
    evaluator.add(List.of(object(0, A)), List.of(find(0, 0.9, new Box(0, 0, 5, 10))));
    assertEquals(1, evaluator.allPoint(0), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> new VocEvaluator(1, 0));
  }

  @Test
  void confusions() {
    ConfusionMatrix matrix = new ConfusionMatrix(2, 0.5, 0.25);
    Annotation crowd =
        new Annotation(0, new Box(0, 50, 99, 79), Optional.empty(), false, true, 99 * 29);
    matrix.add(
        List.of(object(0, A), object(1, B), object(1, new Box(40, 0, 50, 10)), crowd),
        List.of(
            find(0, 0.9, A),
            find(1, 0.8, A),
            find(0, 0.7, B),
            find(1, 0.6, NOWHERE),
            find(0, 0.2, NOWHERE),
            find(1, 0.9, new Box(10, 60, 20, 70)),
            find(1, 0.9, new Box(30, 60, 40, 70))));
    assertArrayEquals(new long[][] {{1, 0, 0}, {1, 0, 1}, {0, 2, 0}}, matrix.counts());
  }
}
