package dev.fovea.detection.twostage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.Detection;
import dev.fovea.detection.Detector;
import dev.fovea.detection.Thresholds;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.data.PictureSet;
import dev.fovea.detection.evaluation.CocoEvaluator;
import dev.fovea.detection.train.DetectorEvaluation;
import dev.fovea.detection.train.Discs;
import dev.fovea.detection.train.ObjectRows;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.op.AveragePool;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.AdamW;
import dev.fovea.engine.train.Learner;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProposalDetectorsTest {
  private static final int SIDE = 64;

  private static FastRcnn fast() {
    return new FastRcnn(SIDE, SIDE, Backbone.residual(8, 4), 32, 150);
  }

  @Test
  void fastRcnnLearnsDiscs(@TempDir Path folder) throws IOException {
    PictureSet set = Discs.write(folder, 16, SIDE, 4);
    Graph graph = fast().build(2, 3);
    new Trainer(
            graph,
            new ProposalSamples(set, fast()),
            fast().learner(2),
            new AdamW(0.01),
            null,
            TrainingListener.NONE,
            TrainerOptions.defaults("", 30, 4, 3e-3, 1))
        .fit();
    Detector detector = Detector.of(graph, fast().card("discs", Discs.CLASSES));
    double ap50 = DetectorEvaluation.of(detector, set, () -> false).figures().get("AP50");
    assertTrue(ap50 > 0.7, "AP50 on the training pictures: " + ap50);
  }

  @Test
  void rcnnLearnsDiscsFromPixels(@TempDir Path folder) throws IOException {
    PictureSet set = Discs.write(folder, 16, SIDE, 5);
    ProposalSamples pictures = new ProposalSamples(set, fast());
    Graph.Builder g = new Graph.Builder("pixels");
    Value x = g.input("input", Shape.of(1, 3, 24, 24), "batch", "", "", "");
    Graph features =
        g.build(g.node("flat", new Flatten(1), g.node("mean", AveragePool.square(3, 3, 0), x)));
    Rcnn rcnn =
        Rcnn.train(features, new RegionWarp(24, 4), pictures, 2, SessionOptions.inference(), 1);
    CocoEvaluator coco = new CocoEvaluator(CocoEvaluator.Kind.BOX, 2);
    for (int p = 0; p < set.size(); p++) {
      List<Detection> found =
          rcnn.detect(pictures.input(p), pictures.proposals(p), new Thresholds(0.01, 0.3, 100));
      coco.add(pictures.objects(p), found);
    }
    double ap50 = coco.figures().byName().get("AP50");
    assertTrue(ap50 > 0.6, "AP50 on the training pictures: " + ap50);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Rcnn.train(
                features, new RegionWarp(24, 4), pictures, 3, SessionOptions.inference(), 1));
  }

  @Test
  void samplesMirrorPicturesAndBoxesAlike(@TempDir Path folder) throws IOException {
    PictureSet set = Discs.write(folder, 1, SIDE, 6);
    ProposalSamples samples = new ProposalSamples(set, fast());
    Tensor input = Tensor.zeros(samples.inputShape().under(1));
    Tensor target = Tensor.zeros(samples.targetShape());
    int different = 0;
    for (int seed = 0; seed < 20; seed++) {
      samples.sample(0, seed, input, target, null);
      List<Annotation> objects =
          ObjectRows.read(ProposalRows.objects(target, fast().proposals()), 0);
      assertEquals(samples.objects(0).size(), objects.size());
      for (Annotation object : objects) {
        // The middle of a disc has the color of its class.
        Box box = object.box();
        int at = (int) box.cy() * SIDE + (int) box.cx();
        assertTrue(input.get(object.label() * SIDE * SIDE + at) > 0.8, "seed " + seed);
      }
      assertEquals(
          samples.proposals(0).size(), ProposalRows.read(target, fast().proposals()).size());
      Box first = samples.objects(0).get(0).box();
      // As floats, edges are not quite what they were.
      boolean moved =
          Math.hypot(first.cx() - objects.get(0).box().cx(), first.cy() - objects.get(0).box().cy())
              > 0.01;
      different += moved ? 1 : 0;
    }
    assertTrue(different > 5 && different < 20, different + " of 20 mirrored");
  }

  @Test
  void aQuarterOfTheCropsHaveAnObject(@TempDir Path folder) throws IOException {
    PictureSet set = Discs.write(folder, 2, SIDE, 7);
    ProposalSamples samples = new ProposalSamples(set, fast());
    RegionCrops crops = new RegionCrops(samples, new RegionWarp(16, 2), 8);
    assertEquals(16, crops.size());
    Tensor crop = Tensor.zeros(crops.inputShape().under(1));
    Tensor label = Tensor.zeros(Shape.SCALAR);
    for (int i = 0; i < crops.size(); i++) {
      crops.sample(i, 3, crop, label, null);
      assertEquals(i % 4 == 0, label.get(0) > 0, "crop " + i);
      if (label.get(0) > 0) {
        // The middle of a disc has the color of its class.
        int middle = (int) (label.get(0) - 1) * 256 + 8 * 16 + 8;
        assertTrue(crop.get(middle) > 0.5, "crop " + i + ": " + crop.get(middle));
      }
    }
  }

  @Test
  void fastRcnnDoesNotDependOnTheNumberOfThreads() {
    float[][] gradients = new float[2][];
    for (int t = 0; t < 2; t++) {
      SplittableRandom random = new SplittableRandom(2);
      Graph graph = fast().build(2, 1);
      Learner learner =
          fast()
              .learner(2)
              .open(
                  graph,
                  Shape.of(1, 3, SIDE, SIDE),
                  SessionOptions.training(1).withThreads(1 + 2 * t));
      for (int i = 0; i < learner.input().size(); i++) {
        learner.input().array()[learner.input().offset() + i] = (float) Math.sin(i * 0.1);
      }
      Tensor target = Tensor.zeros(ProposalRows.shape(2, fast().proposals()).under(1));
      ObjectRows.write(
          List.of(Annotation.of(1, new Box(10, 10, 30, 28))),
          ProposalRows.objects(target, fast().proposals()).reshape(2, ObjectRows.COLUMNS));
      List<Box> proposals = new ArrayList<>();
      for (int p = 0; p < 100; p++) {
        int x = random.nextInt(30);
        proposals.add(new Box(x, 8, x + 20, 30));
      }
      ProposalRows.write(proposals, target, fast().proposals());
      learner.evaluate(target, null, 3);
      learner.backward();
      gradients[t] = learner.gradients().get(graph.value("stem.conv.weight")).toArray();
    }
    assertArrayEquals(gradients[0], gradients[1]);
  }

  @Test
  void theMarginOfTwoPointsIsAsWideAsItCanBe() {
    // Between (1, 1) and (3, 1) with the bias as a third weight: minimise w^2 + b^2 with w + b <=
    // -1 and 3 w + b >= 1, so w = 1 and b = -2.
    LinearSvm svm =
        LinearSvm.train(List.of(new float[] {3, 0}), List.of(new float[] {1, 0}), 1000, 1);
    assertEquals(1, svm.score(new float[] {3, 5}), 0.01);
    assertEquals(-1, svm.score(new float[] {1, -5}), 0.01);
    assertEquals(0, svm.score(new float[] {2, 0}), 0.01);
    assertThrows(
        IllegalArgumentException.class,
        () -> LinearSvm.train(List.of(), List.of(new float[] {1}), 1, 1));
  }

  @Test
  void aRidgeIsThePlaneAndThePenaltyShrinksIt() {
    List<float[]> x = new ArrayList<>();
    List<double[]> y = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(8);
    for (int i = 0; i < 50; i++) {
      float a = random.nextInt(100) / 10f;
      float b = random.nextInt(100) / 10f;
      x.add(new float[] {a, b});
      y.add(new double[] {2 * a - b + 3, 0.5 * b});
    }
    double[] at = RidgeRegression.fit(x, y, 1e-9).predict(new float[] {1, 1});
    assertArrayEquals(new double[] {4, 0.5}, at, 1e-6);
    // One sample x = 1, y = 1 twice, at x = -1, y = -1 twice: w = 4 / (4 + lambda).
    double[] shrunk =
        RidgeRegression.fit(
                List.of(new float[] {1}, new float[] {1}, new float[] {-1}, new float[] {-1}),
                List.of(new double[] {1}, new double[] {1}, new double[] {-1}, new double[] {-1}),
                4)
            .predict(new float[] {1});
    assertEquals(0.5, shrunk[0], 1e-6);
  }

  @Test
  void warpedRegionsKeepTheirContext() {
    Tensor picture = Tensor.zeros(1, 2, 20, 30);
    for (int i = 0; i < picture.size(); i++) {
      picture.array()[i] = i % 30 + (i / 600) * 100;
    }
    // 10 x 5 pixels to 20 x 20 of 24: a pixel of the square is half a pixel wide, a quarter high.
    Tensor square = Tensor.zeros(1, 2, 24, 24);
    new RegionWarp(24, 2).apply(picture, new Box(8, 6, 18, 11), square);
    // The left edge of the square is at 8 - 2 / 2, its first pixel's centre a quarter further.
    assertEquals(7.25 - 0.5, square.get(0), 1e-4);
    assertEquals(7.25 - 0.5 + 23 * 0.5, square.get(23), 1e-4);
    assertEquals(100 + 7.25 - 0.5, square.get(24 * 24 + 24), 1e-4);
    new RegionWarp(24, 2).apply(picture, new Box(0, 0, 10, 5), square);
    assertEquals(0, square.get(0), "outside of the picture");
    assertThrows(IllegalArgumentException.class, () -> new RegionWarp(8, 4));
  }

  @Test
  void aCardWithoutANumberOfProposalsIsRefused() {
    Graph graph = fast().build(2, 1);
    ModelCard card = fast().card("x", List.of("a", "b")).with("proposals", "many");
    assertThrows(IllegalArgumentException.class, () -> Detector.of(graph, card));
    assertThrows(
        IllegalArgumentException.class, () -> new FastRcnn(64, 64, Backbone.residual(8, 8), 8, 0));
  }
}
