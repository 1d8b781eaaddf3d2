package dev.fovea.detection.twostage;

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
import dev.fovea.detection.mask.RleMask;
import dev.fovea.detection.train.BoxAugmentation;
import dev.fovea.detection.train.DetectionTrainer;
import dev.fovea.detection.train.DetectorEvaluation;
import dev.fovea.detection.train.Discs;
import dev.fovea.detection.twostage.InstanceSamples.Instances;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.AdamW;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.train.TrainingListener;
import dev.fovea.engine.zoo.architecture.Architectures;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegionDetectorsTest {
  private static final int SIDE = 64;
  private static final List<Double> ANCHORS = List.of(10.0, 20.0, 40.0);

  private static FasterRcnn faster() {
    return new FasterRcnn(SIDE, SIDE, Backbone.residual(8, 4), ANCHORS, 16, 32);
  }

  @Test
  void learnsDiscsAndStaysTheSameThroughAFile(@TempDir Path folder) throws IOException {
    PictureSet set = Discs.write(folder, 16, SIDE, 4);
    Graph graph = faster().build(2, 3);
    DetectionTrainer training = new DetectionTrainer(faster(), BoxAugmentation.NONE);
    training
        .trainer(graph, set, null, TrainingListener.NONE, training.options(30, 4, 4e-3, 1, false))
        .fit();
    ModelCard card = faster().card("discs", Discs.CLASSES);
    Detector detector = Detector.of(graph, card);
    double ap50 = DetectorEvaluation.of(detector, set, () -> false).figures().get("AP50");
    assertTrue(ap50 > 0.7, "AP50 on the training pictures: " + ap50);

    ModelFile read =
        ModelFile.read(new ByteArrayInputStream(new ModelFile(graph, card).toBytes()), "in memory");
    List<Detection> expected = detector.detect(set.image(0));
    assertEquals(expected, Detector.of(read).detect(set.image(0)));
    // Found by falling score, and nothing twice.
    for (int i = 1; i < expected.size(); i++) {
      assertTrue(expected.get(i - 1).score() >= expected.get(i).score());
    }
  }

  /** Bright discs on a dark ground, and which pixel is whose. */
  private static Instances discs(int width, int height, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] grey = new byte[width * height];
    short[] objects = new short[width * height];
    for (int i = 0; i < grey.length; i++) {
      grey[i] = (byte) (20 + random.nextInt(20));
    }
    for (int o = 1; o <= 3; o++) {
      double radius = 6 + 5 * random.nextDouble();
      // Each in a third of the width, so that none hides another.
      double cx = (o - 0.5) * width / 3;
      double cy = radius + (height - 2 * radius) * random.nextDouble();
      for (int i = 0; i < grey.length; i++) {
        if (Math.hypot(i % width + 0.5 - cx, i / width + 0.5 - cy) < radius) {
          grey[i] = (byte) (180 + random.nextInt(40));
          objects[i] = (short) o;
        }
      }
    }
    return Instances.ofOneClass(
        Image.ofUint8(width, height, grey), Image.ofUint16(width, height, objects));
  }

  @Test
  void learnsThePixelsOfDiscsInPicturesOfAnySize() throws IOException {
    Preprocessing any =
        Preprocessing.unit(Preprocessing.Channels.RGB, 0, 0, Preprocessing.Resize.NONE);
    MaskRcnn design = new MaskRcnn(faster(), 1, any);
    List<Instances> pictures = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      pictures.add(discs(72, 68, i));
    }
    Graph graph = design.build(1, 5);
    new Trainer(
            graph,
            new InstanceSamples(pictures, any, SIDE, SIDE),
            design.learner(1),
            new AdamW(0.01),
            null,
            TrainingListener.NONE,
            TrainerOptions.defaults("", 40, 4, 3e-3, 1))
        .fit();
    Detector detector = Detector.of(graph, design.card("discs", List.of("disc")));
    CocoEvaluator masks = new CocoEvaluator(CocoEvaluator.Kind.MASK, 1);
    for (int i = 0; i < 5; i++) {
      Instances picture = discs(75, 61, 100 + i);
      masks.add(objects(picture), detector.withThresholds(Thresholds.ALL).detect(picture.image()));
    }
    double ap50 = masks.figures().byName().get("AP50");
    assertTrue(ap50 > 0.7, "AP50 of masks on other pictures: " + ap50);
  }

  private static List<Annotation> objects(Instances picture) {
    Image map = picture.objects();
    float[] values = map.plane(0);
    List<Annotation> all = new ArrayList<>();
    for (int o = 1; o <= picture.label().length; o++) {
      boolean[] own = new boolean[values.length];
      for (int i = 0; i < own.length; i++) {
        own[i] = values[i] == o;
      }
      RleMask mask = RleMask.ofPixels(map.width(), map.height(), own);
      all.add(Annotation.of(0, mask.box(), mask, false));
    }
    return all;
  }

  @Test
  void anyClassifierCanBeTheBackbone() {
    Graph classifier = Architectures.named("resnet20").build(3, 32, 32, 10, 1);
    FasterRcnn design =
        new FasterRcnn(SIDE, SIDE, Backbone.of(classifier, 2, 4), List.of(16.0, 32.0), 8, 16);
    Graph graph = design.build(2, 1);
    assertEquals(Shape.of(1, 8, 32, 32), graph.value("features0").shape());
    assertEquals(Shape.of(1, 8, 16, 16), graph.value("features1").shape());
    Detector detector = Detector.of(graph, design.card("new", List.of("a", "b")));
    Image dark = Image.ofUint8(50, 40, new byte[50 * 40]);
    assertTrue(detector.detect(dark).stream().allMatch(d -> d.box().isInside(50, 40)));
    assertThrows(GraphException.class, () -> Backbone.of(classifier, 3));
  }

  @Test
  void regionsComeFromTheMapThatSuitsTheirSize() {
    RegionModel model = RegionModel.of(faster().build(2, 1), ANCHORS);
    RegionModel.RegionInputs inputs = RegionModel.RegionInputs.of(model, 3);
    inputs.put(model, 0, new Box(1, 2, 13, 14), 0);
    inputs.put(model, 1, new Box(0, 0, 40, 40), 1);
    for (int row = 0; row < 3; row++) {
      int at = 4 * row;
      long maps = inputs.regions().stream().filter(t -> t.get(at) >= 0).count();
      assertEquals(row < 2 ? 1 : 0, maps, "maps that row " + row + " is taken from");
    }
    assertEquals(13, inputs.regions().get(0).get(2));
    assertEquals(40, inputs.regions().get(2).get(6));
    assertEquals(1, inputs.pictures().get(1));
  }

  @Test
  void aMaskIsPastedWhereItWasTaken() {
    Box box = new Box(10.5, 4, 38.5, 60);
    Tensor instances = Tensor.zeros(SIDE, SIDE);
    for (int i = 0; i < instances.size(); i++) {
      double u = (i % SIDE + 0.5 - box.cx()) / 13;
      double v = (i / SIDE + 0.5 - box.cy()) / 27;
      instances.array()[i] = u * u + v * v < 1 ? 2 : 0;
    }
    Tensor target = Tensor.zeros(MaskHead.SIDE, MaskHead.SIDE);
    MaskHead.target(box, instances, 1, target);
    Tensor logits = Tensor.zeros(1, 1, MaskHead.SIDE, MaskHead.SIDE);
    for (int i = 0; i < logits.size(); i++) {
      logits.array()[i] = target.get(i) > 0 ? 4 : -4;
    }
    RleMask pasted = MaskHead.paste(logits, 0, 0, box, SIDE, SIDE);
    boolean[] truth = new boolean[SIDE * SIDE];
    for (int i = 0; i < truth.length; i++) {
      truth[i] = instances.get(i) > 0;
    }
    double iou = pasted.iou(RleMask.ofPixels(SIDE, SIDE, truth));
    assertTrue(iou > 0.93, "IoU " + iou);
    // Another object's pixels are none of this one.
    MaskHead.target(box, instances, 0, target);
    assertEquals(0, Arrays.stream(boxed(target)).sum());
  }

  private static double[] boxed(Tensor t) {
    double[] values = new double[t.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = t.get(i);
    }
    return values;
  }

  @Test
  void refusesOtherGraphs() {
    Graph graph = faster().build(2, 1);
    assertThrows(IllegalArgumentException.class, () -> RegionModel.of(graph, List.of(10.0, 20.0)));
    ModelCard card = faster().card("x", List.of("a", "b")).with(RegionModel.SIZES, "ten");
    assertThrows(IllegalArgumentException.class, () -> Detector.of(graph, card));
    assertThrows(IllegalArgumentException.class, () -> Backbone.residual(8, 16));
    assertThrows(
        IllegalArgumentException.class,
        () -> new FasterRcnn(64, 64, Backbone.residual(8, 8), List.of(), 8, 8));
  }
}
