package dev.fovea.visualize.adversarial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.model.Preprocessing.Channels;
import dev.fovea.engine.model.Preprocessing.Resize;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Adam;
import dev.fovea.engine.train.Learner;
import dev.fovea.engine.train.SessionLearner;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.train.TrainingData;
import dev.fovea.engine.train.TrainingListener;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AdversarialTrainingTest {
  private static final double EPSILON = 0.2;
  private static final Preprocessing SHIFTED =
      Preprocessing.meanStd(
          Channels.GREY, 6, 6, Resize.STRETCH, new float[] {51}, new float[] {102});

  private static final ProjectedGradient PGD =
      ProjectedGradient.pgd(Ball.of(Norm.L_INF, EPSILON), 5);

  /**
   * Three classes by where the light is: robust. Besides, a faint pattern over all of the picture
   * gives the class away, which an attack can turn: what a plain training uses.
   */
  private record Lights(int size) implements TrainingData {
    @Override
    public Shape inputShape() {
      return Shape.of(1, 6, 6);
    }

    @Override
    public Shape targetShape() {
      return Shape.SCALAR;
    }

    @Override
    public void sample(int index, long seed, Tensor input, Tensor target, Tensor weight) {
      SplittableRandom random = new SplittableRandom(index);
      int label = index % 3;
      for (int i = 0; i < 36; i++) {
        double light = i / 12 == label && random.nextInt(4) > 0 ? 0.5 : 0;
        double faint = 0.1 * ((i * 7 + label * 5) % 3);
        double pixel = Math.min(1, 0.2 + light + faint);
        input.array()[input.offset() + i] = (float) ((255 * pixel - 51) / 102);
      }
      target.fill(label);
    }
  }

  private static Learner.Opening plain() {
    SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy();
    return SessionLearner.opening(SessionLearner.Objective.of(loss), loss.describe(), "scores");
  }

  private static Learner.Opening hardened(int ramp) {
    return AdversarialLearner.opening(
        plain(), "scores", ChannelUnits.of(SHIFTED), new AdversarialLearner.Schedule(PGD, ramp));
  }

  private static double robust(Learner.Opening opening) throws IOException {
    Graph graph = Networks.convolutional(1, 6, 6, 4);
    TrainerOptions options =
        TrainerOptions.defaults("scores", 6, 20, 0.01, 4).on(Networks.OPTIONS.backend(), 1);
    new Trainer(graph, new Lights(300), opening, new Adam(), null, TrainingListener.NONE, options)
        .fit();
    RobustAccuracy measure =
        new RobustAccuracy(
            new Lights(90), "scores", ChannelUnits.of(SHIFTED), PGD, 60, Networks.OPTIONS, 1);
    return measure.validate(graph).get(RobustAccuracy.FIGURE);
  }

  @Test
  void makesANetworkRobustThatWasNot() throws IOException {
    double before = robust(plain());
    double after = robust(hardened(10));
    assertTrue(after > before + 0.1 || after > 0.95, before + " to " + after);
  }

  @Test
  void learnsFromExamplesInTheBallAndKeepsTheCleanOnes() {
    long seed = 9;
    Graph graph = Networks.convolutional(1, 6, 6, seed);
    Learner[] inner = new Learner[1];
    Learner.Opening opening = plain();
    Learner.Opening remembering =
        new Learner.Opening() {
          @Override
          public Learner open(Graph g, Shape input, SessionOptions options) {
            inner[0] = opening.open(g, input, options);
            return inner[0];
          }

          @Override
          public String describe() {
            return opening.describe();
          }
        };
    Learner learner =
        AdversarialLearner.opening(
                remembering,
                "scores",
                ChannelUnits.of(SHIFTED),
                new AdversarialLearner.Schedule(PGD, 3))
            .open(
                graph,
                Shape.of(8, 1, 6, 6),
                SessionOptions.training(seed).withThreads(1).withOutputs("scores"));
    Tensor target = Tensor.zeros(8);
    for (int i = 0; i < 8; i++) {
      new Lights(8).sample(i, 0, learner.input().slice(i, i + 1), target.slice(i, i + 1), null);
    }
    Tensor clean = learner.input().copy();
    double unit = 255.0 / 102;
    double before = 0;
    for (long step = 0; step < 5; step++) {
      double loss = learner.evaluate(target, null, step);
      assertTrue(Double.isFinite(loss));
      double change = Norm.L_INF.of(Ball.difference(inner[0].input(), learner.input())) / unit;
      double most = EPSILON * Math.min(1, (step + 1) / 4.0);
      assertTrue(change <= most + 1e-6, "step " + step + ": " + change);
      assertTrue(change > before || step > 3, "the radius grows");
      before = change;
      assertEquals(0, Norm.L_INF.of(Ball.difference(clean, learner.input())), "clean stays");
    }
    assertFalse(learner.gradients().isEmpty());
  }

  @Test
  void aCheckpointBelongsToTheAttack() {
    assertFalse(hardened(10).describe().equals(hardened(11).describe()));
    assertTrue(hardened(10).describe().contains("steps=5"), hardened(10).describe());
  }

  @Test
  void picturesStretchedOneByOneHaveNoBall() {
    assertThrows(
        IllegalArgumentException.class,
        () -> ChannelUnits.of(Preprocessing.percentile(Channels.GREY, 1, 99)));
  }
}
