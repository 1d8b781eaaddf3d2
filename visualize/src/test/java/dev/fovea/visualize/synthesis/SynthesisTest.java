package dev.fovea.visualize.synthesis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Tanh;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.testkit.NumericGradient;
import dev.fovea.visualize.features.FeatureLoss;
import dev.fovea.visualize.features.FeatureObjective;
import dev.fovea.visualize.features.FeatureObjective.Term;
import dev.fovea.visualize.features.Features;
import dev.fovea.visualize.features.PictureDescent;
import dev.fovea.visualize.features.PictureDescent.Rule;
import dev.fovea.visualize.features.PictureListener;
import dev.fovea.visualize.features.PictureObjective;
import dev.fovea.visualize.features.PixelRange;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SynthesisTest {
  private static final SessionOptions OPTIONS = SessionOptions.inference().withThreads(1);
  private static final PixelRange RANGE = new PixelRange(new float[] {-1}, new float[] {1});
  private static final long SEED = 5;

  private static Graph graph() {
    Graph.Builder g = new Graph.Builder("net");
    Layers layers = new Layers(g, SEED);
    Value x = g.input("x", Shape.of(1, 1, 64, 64), "", "", "h", "w");
    Value first = g.node("first", new Tanh(), layers.conv("c1", x, 8, 3, 1, 1, true));
    return g.build(g.node("second", new Tanh(), layers.conv("c2", first, 8, 3, 2, 1, true)));
  }

  private static DeepDream dream(int octaves) {
    return new DeepDream(
        octaves, 1.4, new PictureDescent(Rule.NORMALIZED_GRADIENT, 5, 0.02, 2, SEED));
  }

  /** Sizes as Google's program makes them: each is the one before over 1.4, rounded. */
  @ParameterizedTest
  @CsvSource({
    "400, 600, 286, 429, 204, 306, 146, 219",
    "575, 1024, 411, 731, 294, 522, 210, 373",
    "683, 1024, 488, 731, 349, 522, 249, 373"
  })
  void octaves(int h0, int w0, int h1, int w1, int h2, int w2, int h3, int w3) {
    int[][] expected = {{h0, w0}, {h1, w1}, {h2, w2}, {h3, w3}};
    assertArrayEquals(expected, dream(4).sizes(h0, w0).toArray(int[][]::new));
    assertEquals(20, dream(4).iterations(h0, w0));
  }

  @Test
  void octavesEndBeforeThePictureIsTooSmall() {
    assertArrayEquals(
        new int[][] {{50, 70}, {36, 50}}, dream(6).sizes(50, 70).toArray(int[][]::new));
    assertArrayEquals(new int[][] {{9, 9}}, dream(6).sizes(9, 9).toArray(int[][]::new));
  }

  @Test
  void lossesHaveTheirGradients() {
    Tensor x = Tensor.of(Shape.of(1, 2, 2, 2), 1, 2, -1, 0.5f, 3, 1, 2, 0);
    Tensor guide = Tensor.of(Shape.of(1, 2, 1, 3), 5, -3, 0, 1, 4, -6);
    check(x, new ActivationLoss(-1));
    check(x, new ActivationLoss(1));
    check(x, new GuideLoss(guide));
    Tensor unused = Tensor.zeros(x.shape());
    assertEquals(-20.25 / 2, new ActivationLoss(-1).evaluate(x, unused), 1e-9);
    assertEquals(-6, new ActivationLoss(1).evaluate(x, unused), 1e-9);
    assertThrows(IllegalArgumentException.class, () -> new ActivationLoss(2).evaluate(x, unused));
    assertThrows(
        IllegalArgumentException.class,
        () -> new GuideLoss(Tensor.zeros(1, 3, 2, 2)).evaluate(x, unused));
  }

  private static void check(Tensor x, FeatureLoss loss) {
    Tensor gradient = Tensor.zeros(x.shape());
    loss.evaluate(x, gradient);
    Tensor unused = Tensor.zeros(x.shape());
    double[] expected =
        NumericGradient.all(() -> loss.evaluate(x, unused), x, NumericGradient.STEP);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], gradient.get(i), 1e-3, loss + ", element " + i);
    }
  }

  @Test
  void dreamMakesTheLayerStrong() {
    FeatureObjective objective =
        new FeatureObjective(
            graph(), List.of(new Term("second", 1, new ActivationLoss(-1))), OPTIONS);
    Tensor base = Tensors.noise(RANGE, 50, 60, 0.2, SEED);
    int[] steps = {0};
    Tensor picture =
        dream(3)
            .dream(
                objective,
                base,
                RANGE,
                (iteration, loss, p) -> {
                  assertEquals(++steps[0], iteration);
                  return true;
                });
    assertEquals(base.shape(), picture.shape());
    assertEquals(10, steps[0]);
    Tensor unused = Tensor.zeros(base.shape());
    double before = objective.evaluate(base, unused);
    double after = objective.evaluate(picture, unused);
    assertTrue(after < 1.2 * before, before + " to " + after + ", seed " + SEED);
  }

  @Test
  void dreamThatEndsEarlyHasTheFullSize() {
    FeatureObjective objective =
        new FeatureObjective(
            graph(), List.of(new Term("second", 1, new ActivationLoss(3))), OPTIONS);
    Tensor base = Tensors.noise(RANGE, 50, 60, 0.2, SEED);
    Tensor picture = dream(2).dream(objective, base, RANGE, (iteration, loss, p) -> iteration < 2);
    assertEquals(base.shape(), picture.shape());
    int changed = 0;
    for (int i = 0; i < base.size(); i++) {
      changed += base.get(i) == picture.get(i) ? 0 : 1;
    }
    assertTrue(changed > base.size() / 2, "two steps of the small octave are in it");
  }

  @Test
  void whatIsMatchedComesNearer() {
    Graph graph = Features.ofAnySize(graph(), List.of("first", "second"));
    Tensor original = Tensors.noise(RANGE, 20, 24, 0.5, SEED);
    PictureObjective inversion = FeatureMatching.inversion(graph, "second", original, OPTIONS);
    PictureObjective texture =
        FeatureMatching.texture(graph, List.of("first", "second"), original, OPTIONS);
    Tensor unused = Tensor.zeros(original.shape());
    assertEquals(0, inversion.evaluate(original, unused), 1e-9);
    assertEquals(0, texture.evaluate(original, unused), 1e-9);
    Tensor start = Tensors.noise(RANGE, 20, 24, 0.1, SEED + 1);
    for (PictureObjective objective : List.of(inversion, texture)) {
      double before = objective.evaluate(start, unused);
      Tensor end =
          new PictureDescent(Rule.LBFGS, 40, 1, 0, SEED)
              .minimize(objective, start, RANGE, PictureListener.NONE)
              .picture();
      double after = objective.evaluate(end, unused);
      assertTrue(after < before / 10, before + " to " + after + ", seed " + SEED);
    }
  }

  @Test
  void variationIsAShareOfTheLargestThereCanBe() {
    PictureObjective zero =
        (picture, gradient) -> {
          gradient.fill(0);
          return 0;
        };
    Tensor board = Tensor.zeros(1, 1, 40, 40);
    for (int i = 0; i < board.size(); i++) {
      board.array()[i] = (i + i / 40) % 2 == 0 ? 1 : -1;
    }
    double value =
        FeatureMatching.smooth(zero, 3, RANGE, board).evaluate(board, Tensor.zeros(board.shape()));
    assertEquals(3, value, 0.1, "a chess board, but for its borders");
  }

  @Test
  void refusesWhatIsNoDream() {
    PictureDescent descent = new PictureDescent(Rule.ADAM, 1, 1, 0, SEED);
    assertThrows(IllegalArgumentException.class, () -> new DeepDream(0, 1.4, descent));
    assertThrows(IllegalArgumentException.class, () -> new DeepDream(1, 1, descent));
  }

  @Test
  void theCentreIsCutOut() {
    Tensor x = Tensor.of(Shape.of(1, 1, 3, 4), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    assertArrayEquals(new float[] {6, 7}, Tensors.centre(x, 1, 2).toArray());
  }
}
