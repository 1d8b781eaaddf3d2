package dev.fovea.engine.zoo.architecture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Loss;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The auxiliary heads: there in training, gone afterwards. */
class GoogLeNetTest {

  private static final long SEED = 2;

  @Test
  void headsCount() {
    Graph g =
        GoogLeNet.withHeads(
            Layers.outline(new Graph.Builder("googlenet")), Shape.of(1, 3, 224, 224), 1000);
    // Each head: 512 or 528 channels to 128, 2,048 to 1,024, 1,024 to 1,000, with biases.
    long first = 513L * 128 + 2049 * 1024 + 1025 * 1000;
    long second = 529L * 128 + 2049 * 1024 + 1025 * 1000;
    assertEquals(6_998_552L + first + second, g.parameterCount());
    assertEquals(13_378_280L, g.parameterCount(), "bvlc_googlenet with its heads");
  }

  @Test
  void trainingGraphLeavesTheNetworkBehind() {
    GoogLeNet a = new GoogLeNet();
    Graph training = a.buildForTraining(3, 32, 32, 4, SEED);
    assertEquals(Shape.of(1, 12), training.value(a.trainingOutput()).shape());
    Graph use = training.withOutputs(Architecture.PROBABILITIES);
    assertEquals(a.build(3, 32, 32, 4, SEED).weightsHash(), use.weightsHash());
    Tensor x = Tensor.zeros(1, 3, 32, 32).fill(0.5f);
    SessionOptions inference = SessionOptions.inference();
    Tensor heads =
        new Session(
                training.withOutputs(a.trainingOutput(), Architecture.LOGITS), inference, x.shape())
            .forward(x)
            .copy();
    Tensor logits =
        new Session(use.withOutputs(Architecture.LOGITS), inference, x.shape()).forward(x);
    assertArrayEquals(
        logits.toArray(), Arrays.copyOf(heads.toArray(), 4), "the main head comes first");
  }

  @Test
  void gradientOfTheHeadsLoss() {
    Loss loss = new HeadsLoss(new SoftmaxCrossEntropy(), 1, 0.3, 0.7);
    SplittableRandom random = new SplittableRandom(SEED);
    Tensor z = Tensor.zeros(2, 9);
    for (int i = 0; i < z.size(); i++) {
      z.array()[i] = (float) (4 * random.nextDouble() - 2);
    }
    Tensor target = Tensor.of(Shape.of(2), 2, 0);
    Tensor gradient = Tensor.zeros(2, 9).fill(7);
    double value = loss.evaluate(z, target, null, gradient);
    assertEquals(
        value, loss.evaluate(z, target, null, null), 1e-12, "a gradient is not always wanted");
    for (int i = 0; i < z.size(); i++) {
      float before = z.get(i);
      float step = 1e-2f;
      z.array()[i] = before + step;
      double above = loss.evaluate(z, target, null, null);
      z.array()[i] = before - step;
      double below = loss.evaluate(z, target, null, null);
      z.array()[i] = before;
      assertEquals((above - below) / (2 * step), gradient.get(i), 1e-4, "element " + i);
    }
  }
}
