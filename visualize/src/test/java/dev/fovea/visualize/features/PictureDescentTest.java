package dev.fovea.visualize.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Tanh;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.testkit.NumericGradient;
import dev.fovea.visualize.features.FeatureObjective.Term;
import dev.fovea.visualize.features.PictureDescent.Rule;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PictureDescentTest {
  private static final SessionOptions OPTIONS = SessionOptions.inference().withThreads(1);
  private static final long SEED = 7;

  /** Two layers of convolution and a dense one that takes a single size. */
  private static Graph graph() {
    Graph.Builder g = new Graph.Builder("net");
    Layers layers = new Layers(g, SEED);
    Value x = g.input("x", Shape.of(1, 2, 6, 6), "N", "", "", "");
    Value first = g.node("first", new Tanh(), layers.conv("c1", x, 8, 3, 1, 1, true));
    Value second = g.node("second", new Tanh(), layers.conv("c2", first, 16, 3, 2, 1, true));
    Value flat = g.node("flat", new Flatten(1), second);
    return g.build(layers.dense("scores", flat, 3, Initializer.xavier()));
  }

  private static Tensor random(Shape shape, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Tensor t = Tensor.zeros(shape);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = (float) (random.nextDouble() * 2 - 1);
    }
    return t;
  }

  private static FeatureObjective objective(Graph graph, Tensor target) {
    List<String> names = List.of("first", "second");
    var features = Features.of(graph, names, target, OPTIONS);
    return new FeatureObjective(
        graph,
        List.of(
            new Term("first", 2, GramLoss.gatys(GramMatrix.of(features.get("first")))),
            new Term("second", 3, SquaredDistance.relative(features.get("second"))),
            new Term("second", 0.5, GramLoss.gatys(GramMatrix.of(features.get("second"))))),
        OPTIONS);
  }

  @Test
  void gradientOfLossesOnTwoLayersInAnotherSize() {
    Graph graph = Features.ofAnySize(graph(), List.of("first", "second"));
    Tensor x = random(Shape.of(1, 2, 5, 9), SEED);
    PictureObjective f = objective(graph, random(x.shape(), SEED + 1));
    Tensor gradient = Tensor.zeros(x.shape());
    f.evaluate(x, gradient);
    Tensor unused = Tensor.zeros(x.shape());
    for (int i = 0; i < x.size(); i += 7) {
      double expected =
          NumericGradient.partial(() -> f.evaluate(x, unused), x, i, NumericGradient.STEP);
      assertEquals(expected, gradient.get(i), 1e-3, "element " + i + ", seed " + SEED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyRuleComesNearer(Rule rule) {
    Graph graph = graph();
    FeatureObjective f = objective(graph, random(Shape.of(1, 2, 6, 6), SEED + 1));
    PictureDescent descent = new PictureDescent(rule, 40, 0.02, 0, SEED);
    PictureDescent.Result result =
        descent.minimize(f, random(Shape.of(1, 2, 6, 6), SEED), null, PictureListener.NONE);
    double first = result.losses().get(0);
    double last = f.evaluate(result.picture(), Tensor.zeros(1, 2, 6, 6));
    assertTrue(last < first / 4, rule + " from " + first + " to " + last + ", seed " + SEED);
    assertTrue(result.losses().size() <= 40);
  }

  @ParameterizedTest
  @EnumSource
  void endsWhenToldAndKeepsThePicture(Rule rule) {
    Tensor start = Tensor.zeros(1, 1, 2, 2).fill(3);
    PictureObjective bowl = new SquaredDistance(Tensor.zeros(1, 1, 2, 2), 1)::evaluate;
    PictureDescent descent = new PictureDescent(rule, 50, 0.1, 0, 1);
    PictureDescent.Result result = descent.minimize(bowl, start, null, (i, loss, p) -> i < 3);
    assertEquals(3, result.losses().size());
    assertTrue(result.picture().get(0) < 3, "the picture is of the last step, not the start");
    assertEquals(3, start.get(0), "the start is not modified");
  }

  @Test
  void normalizedStepsHaveOneLength() {
    Tensor start = Tensor.of(Shape.of(1, 1, 1, 2), 10, -30);
    PictureObjective bowl = new SquaredDistance(Tensor.zeros(1, 1, 1, 2), 5)::evaluate;
    Tensor end =
        new PictureDescent(Rule.NORMALIZED_GRADIENT, 1, 2, 0, 1)
            .minimize(bowl, start, null, PictureListener.NONE)
            .picture();
    assertArrayEquals(new float[] {9, -27}, end.toArray(), 1e-5f, "by 2 in the mean");
  }

  @Test
  void staysWithinTheRangeOfPixels() {
    PixelRange range = new PixelRange(new float[] {-1, 0}, new float[] {1, 2});
    Tensor target = Tensor.zeros(1, 2, 1, 1).fill(50);
    Tensor end =
        new PictureDescent(Rule.ADAM, 20, 1, 0, 1)
            .minimize(
                new SquaredDistance(target, 1)::evaluate,
                Tensor.zeros(1, 2, 1, 1),
                range,
                PictureListener.NONE)
            .picture();
    assertArrayEquals(new float[] {1, 2}, end.toArray());
  }

  @Test
  void rollsAroundAndBack() {
    Tensor x = Tensor.of(Shape.of(1, 2, 2, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    assertArrayEquals(
        new float[] {6, 4, 5, 3, 1, 2, 12, 10, 11, 9, 7, 8},
        PictureDescent.rolled(x, 1, -2).toArray());
    assertArrayEquals(
        x.toArray(), PictureDescent.rolled(PictureDescent.rolled(x, 7, -5), -7, 5).toArray());
  }

  @Test
  void jitterIsUndone() {
    Tensor target = random(Shape.of(1, 1, 4, 5), SEED);
    PictureObjective same =
        (picture, gradient) -> {
          gradient.fill(0);
          gradient.array()[0] = -1;
          return 0;
        };
    Tensor end =
        new PictureDescent(Rule.NORMALIZED_GRADIENT, 30, 1, 3, SEED)
            .minimize(same, target, null, PictureListener.NONE)
            .picture();
    int moved = 0;
    for (int i = 0; i < end.size(); i++) {
      moved += end.get(i) == target.get(i) ? 0 : 1;
    }
    assertTrue(moved > 5, "steps at one place of the rolled picture are at many of the real one");
    assertThrows(
        IllegalArgumentException.class, () -> new PictureDescent(Rule.LBFGS, 10, 1, 3, SEED));
  }

  @Test
  void picturesToInputsAndBack() {
    Image image =
        Image.ofUint8(2, 1, new byte[] {0, (byte) 255}, new byte[] {7, 8}, new byte[] {90, 99});
    InputPictures bgr =
        new InputPictures(
            Preprocessing.meanStd(
                Preprocessing.Channels.BGR,
                227,
                227,
                Preprocessing.Resize.STRETCH,
                new float[] {104, 117, 123},
                new float[] {1, 2, 1}));
    Tensor input = bgr.toInput(image);
    assertArrayEquals(new float[] {-14, -5, -55, -54.5f, -123, 132}, input.toArray());
    Image back = bgr.toImage(input);
    for (int c = 0; c < 3; c++) {
      assertArrayEquals(image.plane(c), back.plane(c));
    }
    assertArrayEquals(new float[] {-104, -58.5f, -123}, bgr.range().low());
    assertArrayEquals(new float[] {151, 69, 132}, bgr.range().high());
  }

  @Test
  void convolutionalLayersAreNamedByWhatTheyGiveOn() {
    assertEquals(List.of("first", "second"), Features.convolutional(graph()));
  }
}
