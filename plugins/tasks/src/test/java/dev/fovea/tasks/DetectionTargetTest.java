package dev.fovea.tasks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fovea.detection.Detection;
import dev.fovea.detection.box.Box;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DetectionTargetTest {
  /** Rows of a left edge, an objectness and a score; the boxes are 10 wide and high. */
  private static List<Detection> decode(List<Tensor> outputs) {
    List<Detection> found = new ArrayList<>();
    Tensor rows = outputs.get(0);
    for (int i = 0; i < rows.size(); i += 3) {
      double score = rows.get(i + 1) * rows.get(i + 2);
      double left = rows.get(i);
      found.add(Detection.of(0, score, new Box(left, 0, left + 10, 10)));
    }
    return found;
  }

  @Test
  void findsTheElementsThatTheScoreIsMadeOf() {
    Tensor rows = Tensor.zeros(1, 50, 3);
    for (int i = 0; i < 50; i++) {
      rows.array()[3 * i] = 8 * i;
      rows.array()[3 * i + 1] = 2;
      rows.array()[3 * i + 2] = 3 + i;
    }
    Detection wanted = Detection.of(0, 46, new Box(160, 0, 170, 10));
    DetectionTarget target =
        new DetectionTarget(List.of("rows"), DetectionTargetTest::decode, wanted);
    assertEquals(46, target.score(List.of(rows)), 1e-6);
    float[] expected = new float[150];
    expected[61] = 23;
    expected[62] = 2;
    assertArrayEquals(expected, target.cotangents(List.of(rows)).get(0).toArray(), 0.05f);
  }

  @Test
  void probabilitiesStayBelowOne() {
    Tensor rows = Tensor.of(Shape.of(1, 1, 3), 0, 1, 0.999f);
    DetectionTarget target =
        new DetectionTarget(
            List.of("rows"),
            outputs -> outputs.get(0).get(1) > 1 ? List.of() : decode(outputs),
            Detection.of(0, 1, new Box(0, 0, 10, 10)));
    assertArrayEquals(
        new float[] {0, 0.999f, 1}, target.cotangents(List.of(rows)).get(0).toArray(), 1e-3f);
  }

  @Test
  void whatIsGoneHasNoScore() {
    Detection wanted = Detection.of(1, 0.5, new Box(0, 0, 10, 10));
    assertEquals(
        0,
        DetectionTarget.scoreOf(wanted, List.of(Detection.of(0, 1, wanted.box()))),
        "other class");
    assertEquals(
        0,
        DetectionTarget.scoreOf(wanted, List.of(Detection.of(1, 1, new Box(5, 0, 15, 10)))),
        "other place");
  }
}
