package dev.fovea.engine.zoo.caption;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.ShapeException;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Adam;
import dev.fovea.engine.train.Loss;
import dev.fovea.engine.train.Optimizer;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import dev.fovea.engine.zoo.caption.CaptioningModel.Cell;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CaptioningModelTest {

  private static final int NONE = 0;
  private static final int START = 1;
  private static final int END = 2;

  /** Three images, captions of different lengths. */
  private static final Tensor IMAGES = Tensor.of(Shape.of(3, 2), 1, 0, 0, 1, -1, -1);

  private static final Tensor WORDS =
      Tensor.of(Shape.of(3, 4), START, 3, 4, 5, START, 5, 3, NONE, START, 4, NONE, NONE);
  private static final Tensor TARGETS =
      Tensor.of(Shape.of(3, 4), 3, 4, 5, END, 5, 3, END, NONE, 4, END, NONE, NONE);

  @ParameterizedTest
  @EnumSource
  void learnsCaptionsByHeart(Cell cell) {
    Graph graph = new CaptioningModel(cell, 2, 8, 16, 6).build(1);
    Session s = new Session(graph, SessionOptions.training(1), IMAGES.shape(), WORDS.shape());
    Optimizer adam = new Adam();
    adam.attach(graph.parameters().stream().map(Value::tensor).toList());
    Loss loss = new CaptionLoss(NONE);
    double value = 0;
    for (int step = 0; step < 150; step++) {
      s.zeroGradients();
      Tensor scores = s.forward(IMAGES, WORDS);
      value = loss.evaluate(scores, TARGETS, null, s.cotangent(CaptioningModel.SCORES));
      s.backward();
      adam.step(List.copyOf(s.parameterGradients().values()), 0.02);
    }
    assertTrue(value < 0.1, "loss " + value);
    assertEquals(
        List.of(List.of(3, 4, 5), List.of(5, 3), List.of(4)),
        CaptioningModel.greedy(graph, SessionOptions.inference(), IMAGES, START, END, 5));
    assertEquals(
        List.of(List.of(3, 4), List.of(5, 3), List.of(4)),
        CaptioningModel.greedy(graph, SessionOptions.inference(), IMAGES, START, END, 2));
  }

  /** As many words as captions: the loss is the one of the words; without some, it is smaller. */
  @Test
  void lossIsASumOverWordsForEachCaption() {
    Tensor scores = Tensor.zeros(2, 2, 3);
    for (int i = 0; i < scores.size(); i++) {
      scores.array()[i] = (i * 7 % 5) / 3f;
    }
    Tensor target = Tensor.of(Shape.of(2, 2), 1, 2, 2, NONE);
    Tensor gradient = Tensor.zeros(2, 2, 3);
    double found = new CaptionLoss(NONE).evaluate(scores, target, null, gradient);
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      Tensor row = scores.reshape(4, 3).slice(i, i + 1);
      Tensor expected = Tensor.zeros(1, 3);
      Tensor word = Tensor.of(Shape.of(1), target.get(i));
      sum += new SoftmaxCrossEntropy().evaluate(row, word, null, expected);
      for (int c = 0; c < 3; c++) {
        assertEquals(expected.get(c) / 2, gradient.get(3 * i + c), 1e-7);
      }
    }
    assertEquals(sum / 2, found, 1e-9);
    assertArrayEquals(new float[3], gradient.reshape(4, 3).slice(3, 4).toArray());
    Tensor nothing = Tensor.zeros(2, 2).fill(NONE);
    assertEquals(0, new CaptionLoss(NONE).evaluate(scores, nothing, null, gradient));
  }

  @Test
  void refusesWhatDoesNotFit() {
    Tensor scores = Tensor.zeros(2, 3, 4);
    assertThrows(
        ShapeException.class,
        () -> new CaptionLoss(NONE).evaluate(scores, Tensor.zeros(2, 4), null, null));
    assertThrows(IllegalArgumentException.class, () -> new CaptioningModel(Cell.RNN, 0, 1, 1, 2));
  }
}
