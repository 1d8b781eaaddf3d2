package dev.fovea.engine.zoo.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Adam;
import dev.fovea.engine.train.Loss;
import dev.fovea.engine.train.Optimizer;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class VisionTransformerTest {

  private static final int BATCH = 8;

  private static Architecture net(int features, int layers) {
    return new VisionTransformer("vit", 16, 4, features, 2, layers, 32, 0);
  }

  /** Counted layer by layer, as the papers describe them. */
  @Test
  void parameters() {
    long layer = 4 * (128 * 128 + 128) + 2 * 128 * 256 + 256 + 128 + 4 * 128;
    long expected = 3 * 16 * 128 + 128 + 6 * layer + 128 * 10 + 10;
    assertEquals(expected, VisionTransformer.small().build(3, 32, 32, 10, 1).parameterCount());
    // timm prints 5,717,416 for DeiT-Ti: a class token, learnt places, and a last normalisation.
    long more = 192 + 197 * 192 + 2 * 192;
    assertEquals(
        5_717_416L - more, VisionTransformer.tiny().outline(3, 224, 224, 1000).parameterCount());
  }

  /**
   * A bright patch somewhere: above the middle, or below? The mean over patches says nothing of it,
   * only their places do.
   */
  @Test
  void learnsWhereSomethingIs() {
    Architecture small = net(16, 1);
    Graph graph = small.build(1, 16, 16, 2, 3);
    Tensor images = Tensor.zeros(BATCH, 1, 16, 16);
    Tensor classes = Tensor.zeros(BATCH);
    SplittableRandom random = new SplittableRandom(5);
    for (int n = 0; n < BATCH; n++) {
      classes.array()[n] = n % 2;
      int top = 4 * (2 * (n % 2) + random.nextInt(2));
      int left = 4 * random.nextInt(4);
      for (int i = 0; i < 16; i++) {
        images.array()[n * 256 + (top + i / 4) * 16 + left + i % 4] = 1;
      }
    }
    Session s =
        new Session(
            graph, SessionOptions.training(1).withOutputs(Architecture.LOGITS), images.shape());
    Optimizer adam = new Adam();
    adam.attach(graph.parameters().stream().map(Value::tensor).toList());
    Loss loss = new SoftmaxCrossEntropy();
    double last = 0;
    for (int step = 0; step < 80; step++) {
      s.zeroGradients();
      Tensor logits = s.forward(images);
      last = loss.evaluate(logits, classes, null, s.cotangent(Architecture.LOGITS));
      s.backward();
      adam.step(List.copyOf(s.parameterGradients().values()), 1e-2);
    }
    assertTrue(last < 0.1, "loss " + last);
  }

  @Test
  void refusesWhatDoesNotFit() {
    Architecture small = net(16, 1);
    Exception e = assertThrows(IllegalArgumentException.class, () -> small.build(1, 16, 18, 2, 1));
    assertTrue(e.getMessage().contains("multiples of 4"), e.getMessage());
    assertTrue(e.getMessage().contains("node 'patches'"), e.getMessage());
    assertTrue(e.getMessage().contains("16 x 18"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> net(15, 1));
    assertThrows(IllegalArgumentException.class, () -> net(16, 0));
    assertEquals(Shape.of(1, 2), small.build(1, 16, 16, 2, 1).outputs().get(0).shape());
  }
}
