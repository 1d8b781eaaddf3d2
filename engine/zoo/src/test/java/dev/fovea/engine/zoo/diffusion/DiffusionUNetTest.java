package dev.fovea.engine.zoo.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Adam;
import dev.fovea.engine.train.ElementLoss;
import dev.fovea.engine.train.Loss;
import dev.fovea.engine.train.Optimizer;
import dev.fovea.engine.train.Reduction;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DiffusionUNetTest {

  private static final DiffusionUNet SMALL = new DiffusionUNet(1, 4, List.of(1, 2), 2);
  private static final int BATCH = 8;

  private final SplittableRandom random = new SplittableRandom(17);

  private Tensor normal(int... dims) {
    Tensor t = Tensor.zeros(dims);
    Initializer.normal(1).fill(t, 1, 1, random);
    return t;
  }

  /** Bright squares on the left under one condition, on the right under the other. */
  private static Tensor pictures(Tensor conditions) {
    Tensor t = Tensor.zeros(BATCH, 1, 8, 8).fill(-0.5f);
    for (int n = 0; n < BATCH; n++) {
      int left = conditions.get(2 * n) > 0 ? 1 : 5;
      for (int i = 0; i < 64; i++) {
        if (i / 8 >= 3 && i / 8 < 5 && i % 8 >= left && i % 8 < left + 2) {
          t.array()[64 * n + i] = 0.5f;
        }
      }
    }
    return t;
  }

  private static Tensor conditions() {
    Tensor t = Tensor.zeros(BATCH, 2);
    for (int n = 0; n < BATCH; n++) {
      t.array()[2 * n + n % 2] = 1;
    }
    return t;
  }

  /** A few steps of training on the algebra's own noise; the loss falls. */
  @Test
  void learnsToPredictTheImage() {
    Graph graph = SMALL.build(8, 8, 3);
    Diffusion diffusion = new Diffusion(NoiseSchedule.cosine(50));
    Tensor conditions = conditions();
    Tensor start = pictures(conditions);
    Session s =
        new Session(
            graph,
            SessionOptions.training(1),
            start.shape(),
            Shape.of(BATCH, 4),
            conditions.shape());
    Optimizer adam = new Adam();
    adam.attach(graph.parameters().stream().map(Value::tensor).toList());
    Loss loss = ElementLoss.l2(Reduction.MEAN);
    double first = 0;
    double last = 0;
    for (int step = 0; step < 60; step++) {
      int[] t = random.ints(BATCH, 0, 50).toArray();
      Tensor noisy = diffusion.noised(start, t, normal(BATCH, 1, 8, 8));
      s.zeroGradients();
      Tensor found = s.forward(noisy, DiffusionUNet.timeFeatures(4, t), conditions);
      double l = loss.evaluate(found, start, null, s.cotangent(DiffusionUNet.PREDICTION));
      s.backward();
      if (step == 0) {
        for (Value p : graph.parameters()) {
          assertTrue(magnitude(s.gradient(p.name())) > 0, "no gradient of " + p.name());
        }
      }
      adam.step(List.copyOf(s.parameterGradients().values()), 1e-2);
      first += step < 10 ? l : 0;
      last += step >= 50 ? l : 0;
    }
    assertTrue(last < first / 2, "from " + first / 10 + " to " + last / 10);
    samplesFollowTheirConditions(graph, conditions);
  }

  private static double magnitude(Tensor t) {
    double sum = 0;
    for (float v : t.toArray()) {
      sum += Math.abs(v);
    }
    return sum;
  }

  private static void samplesFollowTheirConditions(Graph graph, Tensor conditions) {
    Shape shape = Shape.of(BATCH, 1, 8, 8);
    UNetDenoiser denoiser = new UNetDenoiser(graph, SessionOptions.inference(), shape, conditions);
    Tensor drawn =
        new Diffusion(NoiseSchedule.cosine(50)).sample(denoiser, Denoiser.Target.START, shape, 9);
    assertEquals(shape, drawn.shape());
    for (float v : drawn.toArray()) {
      assertTrue(v >= -1 && v <= 1, "" + v);
    }
  }

  @Test
  void guidanceGoesBeyondTheCondition() {
    Tensor x = Tensor.zeros(1, 2);
    Denoiser one = (noisy, step) -> Tensor.of(Shape.of(1, 2), 1, 2);
    Denoiser none = (noisy, step) -> Tensor.of(Shape.of(1, 2), 0, 3);
    assertArrayEquals(new float[] {3, 0}, Denoiser.guided(one, none, 2).predict(x, 0).toArray());
    assertArrayEquals(new float[] {1, 2}, Denoiser.guided(one, none, 0).predict(x, 0).toArray());
  }

  @Test
  void featuresOfTheStep() {
    assertArrayEquals(
        new float[] {0, 0, 1, 1, (float) Math.sin(3), 0.0299955f, (float) Math.cos(3), 0.99955f},
        DiffusionUNet.timeFeatures(4, 0, 3).toArray(),
        1e-6f);
  }

  @Test
  void refusesSizesThatDoNotHalve() {
    Exception e = assertThrows(IllegalArgumentException.class, () -> SMALL.build(8, 6, 1));
    assertTrue(e.getMessage().contains("multiple of 4"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new DiffusionUNet(1, 3, List.of(1), 2));
  }
}
