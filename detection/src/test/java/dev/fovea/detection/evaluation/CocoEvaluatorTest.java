package dev.fovea.detection.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.Detection;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.evaluation.CocoEvaluator.Kind;
import dev.fovea.detection.mask.RleMask;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The twelve figures against those of pycocotools. */
class CocoEvaluatorTest {

  /** Rows of {@code label, score, x1, y1, x2, y2}. */
  private static List<Detection> found(double[]... rows) {
    return Arrays.stream(rows)
        .map(r -> Detection.of((int) r[0], r[1], new Box(r[2], r[3], r[4], r[5])))
        .toList();
  }

  /** Rows of {@code label, x1, y1, x2, y2}. */
  private static List<Annotation> truth(double[]... rows) {
    return Arrays.stream(rows)
        .map(r -> Annotation.of((int) r[0], new Box(r[1], r[2], r[3], r[4])))
        .toList();
  }

  private static double[] row(double... numbers) {
    return numbers;
  }

  /** Four pictures of COCO as in an early test of torchmetrics; class 3 has no true object. */
  private static CocoEvaluator fourPictures() {
    CocoEvaluator evaluator = new CocoEvaluator(Kind.BOX, 6);
    evaluator.add(
        truth(row(4, 214.15, 41.29, 562.41, 285.07)),
        found(row(4, 0.236, 258.15, 41.29, 606.41, 285.07)));
    evaluator.add(
        truth(row(2, 13, 22.75, 548.98, 632.42), row(2, 1.66, 3.32, 270.26, 275.23)),
        found(row(3, 0.318, 61, 22.75, 565, 632.42), row(2, 0.726, 12.66, 3.32, 281.26, 275.23)));
    evaluator.add(
        truth(
            row(4, 61.87, 276.25, 358.29, 379.43),
            row(1, 2.75, 3.66, 162.15, 316.06),
            row(0, 295.55, 93.96, 313.97, 152.79),
            row(0, 326.94, 97.05, 340.49, 122.98),
            row(0, 356.62, 95.47, 372.33, 147.55),
            row(0, 462.08, 105.09, 493.74, 146.99),
            row(0, 277.11, 103.84, 292.44, 150.72)),
        found(
            row(4, 0.546, 87.87, 276.25, 384.29, 379.43),
            row(1, 0.3, 0, 3.66, 142.15, 316.06),
            row(0, 0.407, 296.55, 93.96, 314.97, 152.79),
            row(0, 0.611, 328.94, 97.05, 342.49, 122.98),
            row(0, 0.335, 356.62, 95.47, 372.33, 147.55),
            row(0, 0.805, 464.08, 105.09, 495.74, 146.99),
            row(0, 0.953, 276.11, 103.84, 291.44, 150.72)));
    evaluator.add(
        truth(row(5, 13.99, 2.87, 640, 421.52)), found(row(5, 0.699, 0, 2.87, 601, 421.52)));
    return evaluator;
  }

  private static void assertFigures(double[] expected, CocoFigures found) {
    double[] all = found.byName().values().stream().mapToDouble(Double::doubleValue).toArray();
    assertArrayEquals(expected, all, 1e-9);
  }

  @Test
  void twelveFiguresOfFourPictures() {
    assertFigures(
        new double[] {
          0.70601980198, 0.90099009901, 0.845544554455, 0.688778877888, 0.8, 0.701237623762,
          0.592, 0.716, 0.716, 0.766666666667, 0.8, 0.7
        },
        fourPictures().figures());
  }

  @Test
  void figuresOfEachClass() {
    CocoEvaluator evaluator = fourPictures();
    assertArrayEquals(
        new double[] {0.725148514851, 0.8, 0.454455445545, -1, 0.650495049505, 0.9},
        IntStream.range(0, 6).mapToDouble(evaluator::averagePrecision).toArray(),
        1e-9);
    assertArrayEquals(
        new double[] {0.78, 0.8, 0.45, -1, 0.65, 0.9},
        IntStream.range(0, 6).mapToDouble(evaluator::averageRecall).toArray(),
        1e-9);
    assertEquals(-1, evaluator.averagePrecisionAt(3, 0));
    assertTrue(evaluator.curve(3, 0).isEmpty());
    assertArrayEquals(
        new double[] {0.953, 0.805, 0.611, 0.407, 0.335},
        evaluator.curve(0, 0).orElseThrow().scores());
  }

  /** Expected is what pycocotools 2.0 says of the same pictures, with crowds. */
  @Test
  void boxesOfEllipses() {
    CocoEvaluator evaluator = new CocoEvaluator(Kind.BOX, EllipsePictures.CLASSES);
    EllipsePictures.addTo(evaluator, false);
    assertFigures(
        new double[] {
          0.305442864799, 0.647231389806, 0.269323855462, 0.454125412541, 0.306325632563,
          0.341105610561, 0.259259259259, 0.392592592593, 0.392592592593, 0.508333333333,
          0.345, 0.502222222222
        },
        evaluator.figures());
    assertArrayEquals(
        new double[] {0.29874333587204877, 0.47494499449944994, 0.14264026402640265},
        IntStream.range(0, 3).mapToDouble(evaluator::averagePrecision).toArray(),
        1e-9);
  }

  /** The same source. */
  @Test
  void masksOfEllipses() {
    CocoEvaluator evaluator = new CocoEvaluator(Kind.MASK, EllipsePictures.CLASSES);
    EllipsePictures.addTo(evaluator, true);
    assertFigures(
        new double[] {
          0.311350455558, 0.647231389806, 0.269323855462, 0.473597359736, 0.300770077008,
          0.353019801980, 0.259259259259, 0.392592592593, 0.392592592593, 0.508333333333,
          0.338333333333, 0.513333333333
        },
        evaluator.figures());
  }

  /** Any number of finds inside a crowd is no mistake, and the crowd needs no find. */
  @Test
  void crowds() {
    CocoEvaluator evaluator = new CocoEvaluator(Kind.BOX, 1);
    Box object = new Box(0, 0, 50, 50);
    Annotation crowd =
        new Annotation(0, new Box(100, 0, 200, 100), Optional.empty(), false, true, 10000);
    evaluator.add(
        List.of(crowd, Annotation.of(0, object)),
        List.of(
            Detection.of(0, 0.9, new Box(100, 0, 120, 20)),
            Detection.of(0, 0.8, new Box(150, 50, 180, 90)),
            Detection.of(0, 0.5, object)));
    assertEquals(1, evaluator.figures().ap(), 1e-12);
  }

  /** The 101st find of a class in a picture is not looked at. */
  @Test
  void atMostAHundredFinds() {
    List<Detection> finds = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      finds.add(Detection.of(0, 0.9, Box.ofSize(10 * i, 500, 5, 5)));
    }
    Box object = new Box(0, 0, 50, 50);
    finds.add(Detection.of(0, 0.1, object));
    CocoEvaluator evaluator = new CocoEvaluator(Kind.BOX, 1);
    evaluator.add(List.of(Annotation.of(0, object)), finds);
    assertEquals(0, evaluator.figures().ar100());
    CocoEvaluator other = new CocoEvaluator(Kind.BOX, 1);
    other.add(List.of(Annotation.of(0, object)), finds.subList(1, 101));
    assertEquals(1, other.figures().ar100(), 1e-12);
    assertEquals(0, other.figures().ar10());
  }

  @Test
  void nothing() {
    CocoFigures figures = new CocoEvaluator(Kind.BOX, 3).figures();
    assertTrue(figures.byName().values().stream().allMatch(v -> v == -1));
    CocoEvaluator missed = new CocoEvaluator(Kind.BOX, 1);
    missed.add(List.of(Annotation.of(0, new Box(0, 0, 9, 9))), List.of());
    assertEquals(0, missed.figures().ap());
    assertEquals(-1, missed.figures().apLarge());
  }

  @Test
  void refused() {
    CocoEvaluator boxes = new CocoEvaluator(Kind.BOX, 2);
    Box box = new Box(0, 0, 9, 9);
    assertThrows(
        IllegalArgumentException.class, () -> boxes.add(truth(row(2, 0, 0, 9, 9)), List.of()));
    CocoEvaluator masks = new CocoEvaluator(Kind.MASK, 2);
    assertThrows(
        IllegalArgumentException.class, () -> masks.add(List.of(Annotation.of(0, box)), List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            masks.add(
                List.of(Annotation.of(0, box, RleMask.of(4, 4, 0, 16), false)),
                List.of(Detection.of(0, 1, RleMask.of(5, 4, 0, 20)))));
  }
}
