package dev.fovea.engine.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;

class ClassificationCountTest {

  private static double accuracy(int label, float... scores) {
    ClassificationCount count = new ClassificationCount();
    count.add(Tensor.of(Shape.of(1, scores.length), scores), label);
    return count.figures().get("accuracy");
  }

  @Test
  void theLargestScoreWinsAndOfEqualOnesTheFirst() {
    assertEquals(1, accuracy(1, 0.1f, 0.7f, 0.2f));
    assertEquals(0, accuracy(2, 0.1f, 0.7f, 0.2f));
    assertEquals(1, accuracy(0, 0.5f, 0.5f));
    assertEquals(0, accuracy(1, 0.5f, 0.5f));
  }

  /** No score is larger than NaN: counted that way, a network that diverged is always right. */
  @Test
  void scoresThatAreNoNumbersAreNeverRight() {
    assertEquals(0, accuracy(0, Float.NaN, Float.NaN));
    assertEquals(0, accuracy(1, Float.NaN, 0.9f));
  }
}
