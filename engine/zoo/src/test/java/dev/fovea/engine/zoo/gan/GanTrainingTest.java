package dev.fovea.engine.zoo.gan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Adam;
import dev.fovea.engine.train.GanLoss;
import org.junit.jupiter.api.Test;

class GanTrainingTest {

  private static final int BATCH = 4;

  private static GanTraining training(
      Graph generator, Graph discriminator, GanLoss loss, double makerRate, double judgeRate) {
    return new GanTraining(
        generator,
        discriminator,
        loss,
        new GanTraining.Player(new Adam(0.5, 0.999, 1e-8), makerRate),
        new GanTraining.Player(new Adam(0.5, 0.999, 1e-8), judgeRate),
        BATCH,
        SessionOptions.training(5));
  }

  /** Bright left halves. */
  private static Tensor pictures() {
    Tensor t = Tensor.zeros(BATCH, 1, 28, 28).fill(-0.8f);
    for (int i = 0; i < t.size(); i++) {
      if (i % 28 < 14) {
        t.array()[i] = 0.8f;
      }
    }
    return t;
  }

  /** Against a generator that does not learn. */
  @Test
  void theDiscriminatorLearnsToTellThemApart() {
    for (GanLoss loss : GanLoss.values()) {
      GanTraining training =
          training(GanNetworks.generator(8, 1), GanNetworks.discriminator(2), loss, 0, 2e-4);
      double first = training.step(pictures()).discriminator();
      double last = first;
      for (int step = 0; step < 5; step++) {
        last = training.step(pictures()).discriminator();
      }
      assertTrue(last < first, loss + ": from " + first + " to " + last);
    }
  }

  @Test
  void convolutionalNetworksFitTogether() {
    Graph generator = GanNetworks.convolutionalGenerator(8, 1);
    GanTraining.Losses losses =
        training(
                generator,
                GanNetworks.convolutionalDiscriminator(2),
                GanLoss.LEAST_SQUARES,
                1e-4,
                1e-4)
            .step(pictures());
    assertTrue(Double.isFinite(losses.discriminator()) && losses.generator() > 0, "" + losses);
  }

  /** A generator that steps against its gradient deceives a discriminator that stays better. */
  @Test
  void theGeneratorStepsAgainstItsGradient() {
    Graph generator = GanNetworks.generator(8, 1);
    Graph discriminator = GanNetworks.discriminator(2);
    float[] judge = discriminator.value("fc1.weight").tensor().toArray();
    GanTraining training = training(generator, discriminator, GanLoss.VANILLA, 1e-3, 0);
    double first = training.step(pictures()).generator();
    double last = first;
    for (int step = 0; step < 10; step++) {
      last = training.step(pictures()).generator();
    }
    assertTrue(last < first, "from " + first + " to " + last);
    assertArrayEquals(judge, discriminator.value("fc1.weight").tensor().toArray());
  }
}
