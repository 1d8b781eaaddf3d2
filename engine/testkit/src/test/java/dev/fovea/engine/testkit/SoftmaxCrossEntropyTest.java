package dev.fovea.engine.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.op.ShapeException;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SoftmaxCrossEntropyTest {

  private final SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy();

  /** Logits {@code [N, C, H, W]}, some targets ignored, weights, at an offset. */
  @Test
  void gradientIsTheNumericOne() {
    SplittableRandom random = new SplittableRandom(11);
    Tensor logits = InputSampler.uniform(Shape.of(3, 4, 2, 3), -2, 2, random).slice(1, 3);
    Tensor target = Tensor.zeros(2, 2, 3);
    for (int i = 0; i < target.size(); i++) {
      target.array()[i] = random.nextInt(-1, 4);
    }
    for (Tensor weights : new Tensor[] {null, InputSampler.uniform(target.shape(), 0, 2, random)}) {
      Tensor gradient = Tensor.zeros(3, 4, 2, 3).fill(Float.NaN).slice(1, 3);
      double value = loss.evaluate(logits, target, weights, gradient);
      assertEquals(value, loss.evaluate(logits, target, weights, null));
      double[] numeric =
          NumericGradient.all(
              () -> loss.evaluate(logits, target, weights, null), logits, NumericGradient.STEP);
      for (int i = 0; i < numeric.length; i++) {
        assertEquals(numeric[i], gradient.get(i), 1e-6, "element " + i);
      }
      assertTrue(Float.isNaN(gradient.array()[0]), "before the gradient");
    }
  }

  @Test
  void ignoredElementsAndThoseOfWeightZeroDoNotCount() {
    Tensor logits = Tensor.of(Shape.of(3, 2), 1, 2, 5, 3, -1, 4);
    Tensor all = Tensor.of(Shape.of(3), 0, SoftmaxCrossEntropy.IGNORE, 1);
    Tensor two = Tensor.of(Shape.of(2, 2), 1, 2, -1, 4);
    double expected = loss.evaluate(two, Tensor.of(Shape.of(2), 0, 1), null, null);
    assertEquals(expected, loss.evaluate(logits, all, null, null), 1e-12);
    Tensor weights = Tensor.of(Shape.of(3), 1, 0, 1);
    Tensor labels = Tensor.of(Shape.of(3), 0, 0, 1);
    assertEquals(expected, loss.evaluate(logits, labels, weights, null), 1e-12);
    Tensor gradient = Tensor.zeros(3, 2).fill(7);
    Tensor none = Tensor.zeros(3).fill(SoftmaxCrossEntropy.IGNORE);
    assertEquals(0, loss.evaluate(logits, none, null, gradient));
    assertArrayEquals(new float[6], gradient.toArray());
  }

  @Test
  void sureAnswersKeepTheirDigits() {
    Tensor logits = Tensor.of(Shape.of(2, 2), 1000, -1000, 20, 0);
    Tensor right = Tensor.of(Shape.of(2), 0, 0);
    // log(1 + exp(-20)): a softmax in float would say 1, and the logarithm 0.
    assertEquals(Math.log1p(Math.exp(-20)) / 2, loss.evaluate(logits, right, null, null), 1e-15);
    Tensor wrong = Tensor.of(Shape.of(2), 1, 1);
    assertEquals((2000 + 20) / 2.0, loss.evaluate(logits, wrong, null, null), 1e-8);
  }

  @Test
  void refusesTargetsThatAreNoClasses() {
    Tensor logits = Tensor.zeros(2, 3);
    for (float bad : new float[] {3, -2, 0.5f, Float.NaN}) {
      Tensor target = Tensor.of(Shape.of(2), 0, bad);
      Exception e =
          assertThrows(
              IllegalArgumentException.class, () -> loss.evaluate(logits, target, null, null));
      assertTrue(e.getMessage().contains("0..2"), e.getMessage());
      assertTrue(e.getMessage().contains("found " + bad), e.getMessage());
    }
    assertThrows(ShapeException.class, () -> loss.evaluate(logits, Tensor.zeros(3), null, null));
    assertThrows(
        ShapeException.class, () -> loss.evaluate(Tensor.zeros(4), Tensor.zeros(4), null, null));
  }
}
