package dev.fovea.engine.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.op.Sub;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Loss;
import dev.fovea.engine.train.MulticlassHinge;
import dev.fovea.engine.train.Regularizer;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.zoo.ClassificationTrainingTest.Bars;
import dev.fovea.engine.zoo.SanityCheck.Finding;
import dev.fovea.engine.zoo.SanityCheck.Verdict;
import dev.fovea.engine.zoo.architecture.Architecture;
import dev.fovea.engine.zoo.architecture.Architectures;
import dev.fovea.engine.zoo.architecture.LeNet;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sound trainings pass; each kind of sabotage is caught by the check that is meant for it. */
class SanityCheckTest {
  private static final long SEED = 6;
  private static final int INITIAL_LOSS = 0;
  private static final int PENALTY = 1;
  private static final int BY_HEART = 2;
  private static final Preprocessing GREY = ClassifierRecipe.preprocessing(1, 28);
  private static final Bars BARS = new Bars(SanityCheck.SAMPLES);

  private static TrainerOptions options(double rate) {
    return TrainerOptions.defaults(Architecture.LOGITS, 1, 8, rate, SEED)
        .withRegularizer(Regularizer.l2(5e-4));
  }

  private static Graph sound() {
    return new LeNet().build(1, 28, 28, 3, SEED);
  }

  /** Where the full number of steps is made in vain, a network that is quick. */
  private static Graph quick() {
    return ClassifierRecipe.of(Architectures.named("two-layer")).network(GREY, 3, SEED);
  }

  private static List<Finding> run(Supplier<Graph> network, Loss loss) {
    return new SanityCheck(network, loss, BARS, GREY, options(0.02)).run(part -> {}, () -> false);
  }

  private static void checkVerdicts(List<Finding> findings, Verdict... expected) {
    assertEquals(
        Arrays.asList(expected),
        findings.stream().map(Finding::verdict).toList(),
        findings.toString());
  }

  @Test
  void aSoundNetworkPasses() {
    List<Finding> findings = run(SanityCheckTest::sound, new SoftmaxCrossEntropy());
    checkVerdicts(findings, Verdict.PASS, Verdict.PASS, Verdict.PASS);
    assertTrue(
        findings.get(INITIAL_LOSS).expected().startsWith("about 1.099,"),
        "log 3: " + findings.get(INITIAL_LOSS));
    assertEquals("20 images by heart", findings.get(BY_HEART).check());
    List<Finding> hinge = run(SanityCheckTest::sound, new MulticlassHinge());
    checkVerdicts(hinge, Verdict.PASS, Verdict.PASS, Verdict.PASS);
    assertTrue(hinge.get(INITIAL_LOSS).expected().startsWith("about 2.000,"), hinge.toString());
  }

  /** With normalisation and skips; without convolutions. */
  @ParameterizedTest
  @ValueSource(strings = {"resnet20", "two-layer"})
  void otherArchitecturesPassToo(String name) {
    ClassifierRecipe recipe = ClassifierRecipe.of(Architectures.named(name));
    Preprocessing p = ClassifierRecipe.preprocessing(1, 32);
    List<Finding> findings =
        new SanityCheck(
                () -> recipe.network(p, 3, SEED),
                recipe.architecture().loss(new SoftmaxCrossEntropy()),
                BARS,
                p,
                recipe.options(SEED, true))
            .run(part -> {}, () -> false);
    assertTrue(findings.stream().noneMatch(f -> f.verdict() == Verdict.FAIL), findings.toString());
  }

  @Test
  void weightsThatAreTooLargeAreCaught() {
    Supplier<Graph> sabotaged =
        () -> {
          Graph g = sound();
          for (Value v : g.parameters()) {
            if (Regularizer.isWeight(v.tensor())) {
              float[] w = v.tensor().array();
              for (int i = 0; i < w.length; i++) {
                w[i] *= 10;
              }
            }
          }
          return g;
        };
    Finding loss = run(sabotaged, new SoftmaxCrossEntropy()).get(INITIAL_LOSS);
    assertEquals(Verdict.FAIL, loss.verdict(), loss.toString());
  }

  /** The input is subtracted from itself: whatever is seen, the scores are the same. */
  @Test
  void aNetworkThatDoesNotSeeItsInputIsCaught() {
    Supplier<Graph> blind =
        () -> {
          Graph.Builder g = new Graph.Builder("blind");
          Layers l = new Layers(g, SEED);
          Value x = g.input(Architecture.INPUT, Shape.of(1, 1, 28, 28), "batch", "", "", "");
          x = g.node("nothing", new Sub(), x, x);
          x = g.node("flat", new Flatten(1), x);
          x = l.dense(Architecture.LOGITS, x, 3, Initializer.xavier());
          return g.build(g.node(Architecture.PROBABILITIES, new Softmax(1), x));
        };
    checkVerdicts(run(blind, new SoftmaxCrossEntropy()), Verdict.PASS, Verdict.PASS, Verdict.FAIL);
  }

  @Test
  void aGradientOfTheWrongSignIsCaught() {
    Loss honest = new SoftmaxCrossEntropy();
    Loss wrong =
        new Loss() {
          @Override
          public double evaluate(
              Tensor output, Tensor target, Tensor weights, Tensor gradient, Parallel parallel) {
            double value = honest.evaluate(output, target, weights, gradient, parallel);
            for (int i = 0; gradient != null && i < gradient.size(); i++) {
              gradient.array()[gradient.offset() + i] *= -1;
            }
            return value;
          }
        };
    Finding byHeart = run(SanityCheckTest::sound, wrong).get(BY_HEART);
    assertEquals(Verdict.FAIL, byHeart.verdict(), byHeart.toString());
  }

  @Test
  void weightsOfZeroAreCaught() {
    Supplier<Graph> zeros =
        () -> {
          Graph g = quick();
          g.parameters().forEach(v -> v.tensor().fill(0));
          return g;
        };
    List<Finding> findings = run(zeros, new SoftmaxCrossEntropy());
    assertEquals(Verdict.FAIL, findings.get(PENALTY).verdict(), findings.toString());
    assertEquals(Verdict.FAIL, findings.get(BY_HEART).verdict(), findings.toString());
  }

  /** The same picture under two names cannot be learnt. */
  @Test
  void labelsThatContradictEachOtherAreCaught() {
    ClassificationDataset twice =
        new ClassificationDataset() {
          @Override
          public int size() {
            return BARS.size();
          }

          @Override
          public String name(int i) {
            return BARS.name(i);
          }

          @Override
          public Image image(int i) {
            return BARS.image(i / 2);
          }

          @Override
          public List<String> classes() {
            return BARS.classes();
          }

          @Override
          public int label(int i) {
            return BARS.label(i);
          }
        };
    Finding byHeart =
        new SanityCheck(
                SanityCheckTest::quick, new SoftmaxCrossEntropy(), twice, GREY, options(0.02))
            .run(part -> {}, () -> false)
            .get(BY_HEART);
    assertEquals(Verdict.FAIL, byHeart.verdict(), byHeart.toString());
  }

  @Test
  void aRateThatIsTooHighIsNamed() {
    Finding byHeart =
        new SanityCheck(SanityCheckTest::sound, new SoftmaxCrossEntropy(), BARS, GREY, options(2))
            .run(part -> {}, () -> false)
            .get(BY_HEART);
    assertEquals(Verdict.DOUBTFUL, byHeart.verdict(), byHeart.toString());
    assertTrue(byHeart.found().contains("at 2.000"), byHeart.toString());
  }

  @Test
  void imagesOfAllClassesAreChosenInTurn() {
    int[] chosen = SanityCheck.choose(new Bars(300));
    assertEquals(SanityCheck.SAMPLES, chosen.length);
    assertEquals(19, chosen[19]);
    assertEquals(5, SanityCheck.choose(new Bars(5)).length);
  }

  @Test
  void canBeCancelled() {
    SanityCheck check =
        new SanityCheck(
            SanityCheckTest::sound, new SoftmaxCrossEntropy(), BARS, GREY, options(0.02));
    assertThrows(CancellationException.class, () -> check.run(part -> {}, () -> true));
  }
}
