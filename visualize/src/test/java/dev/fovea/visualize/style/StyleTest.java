package dev.fovea.visualize.style;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.SessionPool;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.model.Preprocessing.Channels;
import dev.fovea.engine.model.Preprocessing.Resize;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Concat;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Tanh;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Adam;
import dev.fovea.engine.train.EpochResult;
import dev.fovea.engine.train.Learner;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.train.TrainingListener;
import dev.fovea.visualize.features.FeatureLoss;
import dev.fovea.visualize.features.Features;
import dev.fovea.visualize.features.GramLoss;
import dev.fovea.visualize.features.GramMatrix;
import dev.fovea.visualize.features.PictureDescent;
import dev.fovea.visualize.features.PictureListener;
import dev.fovea.visualize.features.PictureObjective;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StyleTest {
  private static final SessionOptions OPTIONS = SessionOptions.inference().withThreads(1);
  private static final Preprocessing BGR =
      Preprocessing.meanStd(
          Channels.BGR,
          16,
          16,
          Resize.STRETCH,
          new float[] {104, 117, 123},
          new float[] {60, 70, 80});

  /** Convolutions at full size, half of it and a quarter, the last ones joined as in SqueezeNet. */
  private static Graph network() {
    Graph.Builder g = new Graph.Builder("net");
    Layers layers = new Layers(g, 3);
    Value x = g.input("data", Shape.of(1, 3, 16, 16), "batch", "", "", "");
    Value a = g.node("a", new Tanh(), layers.conv("conv_a", x, 4, 3, 1, 1, true));
    Value p = g.node("pool", MaxPool.square(2, 2, 0), a);
    Value b = g.node("b", new Tanh(), layers.conv("conv_b", p, 5, 3, 1, 1, true));
    Value q = g.node("pool2", MaxPool.square(2, 2, 0), b);
    Value c = g.node("c", new Relu(), layers.conv("conv_c", q, 3, 1, 1, 0, true));
    Value d = g.node("d", new Relu(), layers.conv("conv_d", q, 2, 1, 1, 0, true));
    return g.build(g.node("joined", new Concat(1), c, d));
  }

  private static PerceptualNetwork perceptual() {
    return PerceptualNetwork.of(network(), BGR, List.of("b"), List.of("a", "b"));
  }

  private static Tensor noise(long seed, int... dims) {
    SplittableRandom random = new SplittableRandom(seed);
    Tensor t = Tensor.zeros(dims);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = (float) random.nextDouble();
    }
    return t;
  }

  @Test
  void stagesBeginWherePicturesGetSmaller() {
    assertEquals("{1=a, 2=b, 4=joined}", PerceptualNetwork.stages(network()).toString());
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> PerceptualNetwork.of(network(), BGR, List.of(), List.of("a")));
    assertTrue(e.getMessage().contains("8 times smaller"), e.getMessage());
    assertThrows(
        GraphException.class,
        () -> PerceptualNetwork.of(network(), BGR, List.of("no"), List.of("a")));
    Preprocessing grey = Preprocessing.unit(Channels.GREY, 16, 16, Resize.STRETCH);
    assertThrows(
        IllegalArgumentException.class,
        () -> PerceptualNetwork.of(network(), grey, List.of("b"), List.of("a")));
  }

  @Test
  void pixelsBecomeWhatTheNetworkTakes() {
    // Blue first, minus its mean, by its deviation; other sizes than the network was made for.
    Tensor pixels = noise(1, 1, 3, 20, 12);
    Tensor input = Tensor.zeros(1, 3, 20, 12);
    for (int i = 0; i < 240; i++) {
      input.array()[i] = (255 * pixels.get(480 + i) - 104) / 60;
      input.array()[240 + i] = (255 * pixels.get(240 + i) - 117) / 70;
      input.array()[480 + i] = (255 * pixels.get(i) - 123) / 80;
    }
    Tensor expected =
        Features.of(Features.ofAnySize(network(), List.of("b")), List.of("b"), input, OPTIONS)
            .get("b");
    Tensor found = perceptual().features(List.of("b"), pixels, OPTIONS).get("b");
    assertArrayEquals(expected.toArray(), found.toArray(), 1e-5f);
  }

  @Test
  void relativeLossOfAGramMatrixDoesNotDependOnTheSizeOfFeatures() {
    Tensor f = noise(2, 1, 3, 4, 4);
    Tensor p = noise(3, 1, 3, 4, 4);
    double loss = relative(f, p, 1);
    assertEquals(loss, relative(f, p, 100), 1e-4 * loss);
    assertEquals(0, relative(p, p, 1), 1e-9);
  }

  private static double relative(Tensor f, Tensor p, float scale) {
    Tensor a = f.copy();
    Tensor b = p.copy();
    for (int i = 0; i < a.size(); i++) {
      a.array()[i] *= scale;
      b.array()[i] *= scale;
    }
    return StyleLosses.relative(GramMatrix.of(b)).evaluate(a, Tensor.zeros(a.shape()));
  }

  @Test
  void aMaskLeavesThePartAlone() {
    // The Gram matrix of the masked left half is that of the left half itself.
    Tensor f = noise(4, 1, 2, 4, 6);
    Tensor half = Tensor.zeros(1, 2, 4, 3);
    for (int i = 0; i < half.size(); i++) {
      half.array()[i] = f.get(i / 3 * 6 + i % 3);
    }
    Tensor mask = Tensor.zeros(1, 1, 8, 12);
    for (int i = 0; i < mask.size(); i++) {
      mask.array()[i] = i % 12 < 6 ? 1 : 0;
    }
    FeatureLoss gram = new GramLoss(GramMatrix.of(noise(5, 1, 2, 3, 3)), 1);
    Tensor gradient = Tensor.zeros(f.shape());
    double masked = new MaskedLoss(gram, mask).evaluate(f, gradient);
    assertEquals(gram.evaluate(half, Tensor.zeros(half.shape())), masked, 1e-5);
    for (int i = 0; i < f.size(); i++) {
      if (i % 6 >= 3) {
        assertEquals(0, gradient.get(i), "behind the mask");
      } else {
        double expected = slope(t -> new MaskedLoss(gram, mask).evaluate(t, zeros(t)), f, i);
        assertEquals(expected, gradient.get(i), 1e-3 + 0.01 * Math.abs(expected));
      }
    }
  }

  private static Tensor zeros(Tensor t) {
    return Tensor.zeros(t.shape());
  }

  private interface Function {
    double at(Tensor t);
  }

  private static double slope(Function f, Tensor at, int i) {
    float h = 1e-2f;
    Tensor up = at.copy();
    Tensor down = at.copy();
    up.array()[i] += h;
    down.array()[i] -= h;
    return (f.at(up) - f.at(down)) / (2 * h);
  }

  @Test
  void gradientOfTheObjectiveAgreesWithCentralDifferences() {
    StyleTransfer transfer = new StyleTransfer(perceptual(), 1, 10, 0.5, OPTIONS);
    Tensor content = noise(6, 1, 3, 12, 10);
    Tensor mask = Tensor.zeros(1, 1, 12, 10);
    for (int i = 0; i < 60; i++) {
      mask.array()[i] = 1;
    }
    PictureObjective objective =
        transfer.objective(
            content,
            List.of(
                new StyleTransfer.Style(noise(7, 1, 3, 8, 8), 1, null),
                new StyleTransfer.Style(noise(8, 1, 3, 16, 8), 2, mask)));
    Tensor picture = noise(9, 1, 3, 12, 10);
    Tensor gradient = zeros(picture);
    objective.evaluate(picture, gradient);
    SplittableRandom random = new SplittableRandom(10);
    for (int t = 0; t < 15; t++) {
      int i = random.nextInt(picture.size());
      double expected = slope(p -> objective.evaluate(p, zeros(p)), picture, i);
      assertEquals(expected, gradient.get(i), 2e-3 + 0.03 * Math.abs(expected), "at " + i);
    }
  }

  @Test
  void contentAloneIsFoundAgainAndStyleAloneIsMatched() {
    Tensor content = noise(11, 1, 3, 12, 12);
    Tensor style = noise(12, 1, 3, 12, 12);
    List<StyleTransfer.Style> styles = List.of(new StyleTransfer.Style(style, 1, null));
    // Not of one colour: where all neighbours are equal, pooling has no slope.
    Tensor start = noise(20, 1, 3, 12, 12);
    for (double[] weights : new double[][] {{1, 0}, {0, 1}}) {
      StyleTransfer transfer = new StyleTransfer(perceptual(), weights[0], weights[1], 0, OPTIONS);
      for (PictureDescent.Rule rule :
          List.of(PictureDescent.Rule.LBFGS, PictureDescent.Rule.ADAM)) {
        List<Double> losses =
            transfer
                .paint(
                    content,
                    styles,
                    start,
                    new PictureDescent(rule, 60, 0.02, 0, 1),
                    PictureListener.NONE)
                .losses();
        assertTrue(losses.get(losses.size() - 1) < 0.2 * losses.get(0), rule + ": " + losses);
      }
    }
  }

  @Test
  void masksAndWeightsAreChecked() {
    StyleTransfer transfer = new StyleTransfer(perceptual(), 1, 1, 0, OPTIONS);
    Tensor content = noise(13, 1, 3, 12, 12);
    StyleTransfer.Style small =
        new StyleTransfer.Style(content, 1, Tensor.zeros(1, 1, 12, 11).fill(1));
    assertThrows(IllegalArgumentException.class, () -> transfer.objective(content, List.of(small)));
    StyleTransfer.Style none = new StyleTransfer.Style(content, 0, null);
    assertThrows(IllegalArgumentException.class, () -> transfer.objective(content, List.of(none)));
  }

  @Test
  void networksKeepTheSizeAndMixStyles() {
    for (int styles : new int[] {1, 3}) {
      Graph graph = new StyleNetwork(styles, 4, 1).build(5);
      SplittableRandom random = new SplittableRandom(6);
      for (Value v : graph.parameters()) {
        if (v.name().endsWith(".scale") || v.name().endsWith(".bias")) {
          for (int i = 0; i < v.tensor().size(); i++) {
            v.tensor().array()[i] += (float) random.nextDouble();
          }
        }
      }
      Tensor x = noise(7, 1, 3, 20, 28);
      try (SessionPool pool = new SessionPool(graph, OPTIONS)) {
        Tensor one = run(pool, x, styles, 1, 0, 0);
        assertEquals(x.shape(), one.shape());
        for (float v : one.toArray()) {
          assertTrue(v >= 0 && v <= 1);
        }
        if (styles == 3) {
          Tensor two = run(pool, x, styles, 0, 1, 0);
          Tensor mixed = run(pool, x, styles, 0.5f, 0.5f, 0);
          assertTrue(distance(one, two) > 1e-3, "styles differ");
          assertTrue(distance(one, mixed) < distance(one, two), "a mixture lies between");
        }
      }
    }
    assertThrows(IllegalArgumentException.class, () -> new StyleNetwork(0, 4, 1));
  }

  private static Tensor run(SessionPool pool, Tensor x, int styles, float... shares) {
    return styles == 1
        ? pool.forward(x).get(0)
        : pool.forward(x, Tensor.of(Shape.of(1, styles), shares)).get(0);
  }

  private static double distance(Tensor a, Tensor b) {
    double sum = 0;
    for (int i = 0; i < a.size(); i++) {
      sum += Math.abs(a.get(i) - b.get(i));
    }
    return sum / a.size();
  }

  @Test
  void gradientsOfTheTrainingAgreeWithCentralDifferences() {
    for (int styles : new int[] {1, 2}) {
      Graph graph = new StyleNetwork(styles, 2, 1).build(8);
      StyleTraining training =
          new StyleTraining(
              perceptual(),
              List.of(noise(9, 1, 3, 16, 16), noise(10, 1, 3, 8, 16)).subList(0, styles),
              1,
              5,
              0.1);
      Learner learner =
          training.open(graph, Shape.of(2, 3, 16, 16), SessionOptions.training(1).withThreads(1));
      learner.input().copyFrom(noise(11, 2, 3, 16, 16));
      Tensor target = Tensor.zeros(2);
      target.array()[1] = styles - 1f;
      double loss = learner.evaluate(target, null, 0);
      learner.backward();
      assertEquals(
          loss, learner.losses().values().stream().mapToDouble(v -> v).sum(), 1e-9, "parts");
      for (String name : List.of("out.bias", styles == 1 ? "in.norm.scale" : "in.scale")) {
        Value v = graph.value(name);
        float analytic = learner.gradients().get(v).get(0);
        float h = 2e-3f;
        float was = v.tensor().array()[0];
        v.tensor().array()[0] = was + h;
        double up = learner.evaluate(target, null, 0);
        v.tensor().array()[0] = was - h;
        double down = learner.evaluate(target, null, 0);
        v.tensor().array()[0] = was;
        double expected = (up - down) / (2 * h);
        assertEquals(expected, analytic, 1e-3 + 0.05 * Math.abs(expected), name);
      }
    }
  }

  @Test
  void trainingMakesTheLossSmall() throws IOException {
    SplittableRandom random = new SplittableRandom(12);
    byte[][] planes = new byte[3][40 * 30];
    for (byte[] plane : planes) {
      random.nextBytes(plane);
    }
    ContentCrops crops = new ContentCrops(List.of(Image.ofUint8(40, 30, planes)), 16, 1, 40);
    Graph graph = new StyleNetwork(1, 4, 1).build(13);
    StyleTraining opening =
        new StyleTraining(perceptual(), List.of(noise(14, 1, 3, 16, 16)), 1, 1, 0);
    List<EpochResult> epochs =
        new Trainer(
                graph,
                crops,
                opening,
                new Adam(),
                null,
                TrainingListener.NONE,
                TrainerOptions.defaults(StyleNetwork.OUTPUT, 4, 2, 0.01, 1)
                    .on(OPTIONS.backend(), 1))
            .fit();
    assertTrue(epochs.get(3).loss() < 0.8 * epochs.get(0).loss(), epochs.toString());
  }

  @Test
  void cropsOfSmallPicturesAreEnlarged() {
    ContentCrops crops = new ContentCrops(List.of(Image.ofUint8(5, 7, new byte[3][35])), 16, 2, 3);
    Tensor input = Tensor.zeros(3, 16, 16).fill(9);
    Tensor target = Tensor.zeros(Shape.SCALAR);
    crops.sample(2, 1, input, target, null);
    assertEquals(0, input.get(0));
    assertTrue(target.get(0) == 0 || target.get(0) == 1);
    assertThrows(IllegalArgumentException.class, () -> new ContentCrops(List.of(), 16, 1, 1));
  }
}
