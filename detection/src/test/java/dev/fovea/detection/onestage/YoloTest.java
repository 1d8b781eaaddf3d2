package dev.fovea.detection.onestage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.detection.Detection;
import dev.fovea.detection.Detector;
import dev.fovea.detection.Frame;
import dev.fovea.detection.Thresholds;
import dev.fovea.detection.box.Box;
import dev.fovea.detection.data.PictureSet;
import dev.fovea.detection.train.BoxAugmentation;
import dev.fovea.detection.train.DetectionTrainer;
import dev.fovea.detection.train.DetectorEvaluation;
import dev.fovea.detection.train.Discs;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.train.TrainingException;
import dev.fovea.engine.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YoloTest {
  private static final Yolo SMALL = new Yolo(64, 64, Yolo.Size.NANO);

  /** Maps of a batch of two pictures of 64 x 64 pixels, two classes. */
  private static List<Tensor> maps(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Tensor> maps = new ArrayList<>();
    for (int side : new int[] {8, 4, 2}) {
      for (int channels : new int[] {4, 2}) {
        Tensor map = Tensor.zeros(2, channels, side, side);
        for (int i = 0; i < map.size(); i++) {
          map.array()[i] = (float) (2 * random.nextDouble() - 1 + (channels == 4 ? 0.7 : -1));
        }
        maps.add(map);
      }
    }
    return maps;
  }

  /**
   * What the assigner wants counts as a constant in the gradient: it is made one here by exponents
   * of 0, which choose all cells inside and want the largest overlap of each, which does not depend
   * on scores; the overlaps are kept by looking at scores alone.
   */
  @Test
  void gradientOfScoresIsThatOfTheLoss() {
    YoloLoss loss = new YoloLoss(2, new TaskAlignedAssigner(100, 0, 0));
    List<Tensor> maps = maps(11);
    // Only the maps of classes move: what is wanted of them depends on the boxes alone.
    List<Tensor> classes = List.of(maps.get(1), maps.get(3), maps.get(5));
    ObjectiveGradient.check(
        (outputs, target, weights, gradients, parallel) -> {
          List<Tensor> all = new ArrayList<>(maps);
          List<Tensor> into = new ArrayList<>(maps.stream().map(Tensor::copy).toList());
          for (int l = 0; l < 3; l++) {
            all.set(2 * l + 1, outputs.get(l));
            into.set(2 * l + 1, gradients.get(l));
          }
          return loss.evaluate(all, target, weights, into, parallel);
        },
        classes,
        FewPictures.target(),
        2e-3,
        12);
  }

  /**
   * With an assignment that does not change, the boxes' gradient is that of the loss. CIoU's weight
   * of the difference of shapes counts as a constant in it, so all boxes are nearly squares here.
   */
  @Test
  void gradientOfBoxesIsThatOfTheLoss() {
    TaskAlignedAssigner real = new TaskAlignedAssigner(10, 0, 0);
    List<Tensor> maps = maps(15);
    for (int m = 0; m < maps.size(); m += 2) {
      for (int i = 0; i < maps.get(m).size(); i++) {
        maps.get(m).array()[i] = 0.7f + 0.1f * (maps.get(m).get(i) - 0.7f);
      }
    }
    CellAssigner fixed =
        (boxes, centres, scores, truth, labels) -> {
          CellAssigner.Assignment cells = real.assign(boxes, centres, scores, truth, labels);
          double[] said = new double[cells.truth().length];
          for (int c = 0; c < said.length; c++) {
            said[c] = cells.truth()[c] < 0 ? 0 : 0.3 + 0.01 * c;
          }
          return new CellAssigner.Assignment(cells.truth(), said);
        };
    ObjectiveGradient.check(new YoloLoss(2, fixed), maps, FewPictures.target(), 5e-3, 16);
  }

  @Test
  void aStepAlongTheGradientOfBoxesMakesThemFit() {
    YoloLoss loss = new YoloLoss(2, TaskAlignedAssigner.DEFAULT);
    List<Tensor> maps = maps(13);
    List<Tensor> gradients = maps.stream().map(Tensor::copy).toList();
    Tensor target = FewPictures.target();
    HeadLayout layout =
        new HeadLayout(List.of(maps.get(0).shape(), maps.get(2).shape(), maps.get(4).shape()), 4);
    List<Tensor> boxes = List.of(maps.get(0), maps.get(2), maps.get(4));
    double first = bestOverlap(boxes, layout);
    for (int step = 0; step < 200; step++) {
      loss.evaluate(maps, target, null, gradients, new dev.fovea.engine.kernel.Parallel(1));
      for (int m = 0; m < maps.size(); m++) {
        for (int i = 0; i < maps.get(m).size(); i++) {
          maps.get(m).array()[i] -= 0.2f * gradients.get(m).get(i);
        }
      }
    }
    double last = bestOverlap(boxes, layout);
    assertTrue(last > 0.7 && last > first, "overlap was " + first + ", is " + last);
  }

  private static double bestOverlap(List<Tensor> boxes, HeadLayout layout) {
    double best = 0;
    for (int cell = 0; cell < layout.size(); cell++) {
      best =
          Math.max(
              best,
              dev.fovea.detection.box.Overlap.IOU.of(
                  YoloLoss.box(boxes, layout, 0, cell), new Box(5, 7, 33, 30)));
    }
    return best;
  }

  @Test
  void anIgnoredObjectIsNeitherWantedNorAMistake() {
    YoloLoss loss = new YoloLoss(2, TaskAlignedAssigner.DEFAULT);
    List<Tensor> maps = maps(14);
    List<Tensor> gradients = maps.stream().map(Tensor::copy).toList();
    loss.evaluate(
        maps, FewPictures.target(), null, gradients, new dev.fovea.engine.kernel.Parallel(1));
    // The cell in row 1, column 6 of the finest map, at (52, 12), is inside of the ignored object.
    assertEquals(0, gradients.get(1).get(8 + 6));
    // The cell below of it, at (52, 28), is background.
    assertTrue(gradients.get(1).get(3 * 8 + 6) > 0);
  }

  @Test
  void anUntrainedNetworkTakesNearlyEverythingForBackground() {
    Graph graph = SMALL.build(2, 5);
    Detector detector =
        Detector.of(graph, SMALL.card("new", Discs.CLASSES))
            .withThresholds(Thresholds.DEFAULT.withScore(0.1));
    Image black = Image.ofUint8(50, 40, new byte[2000], new byte[2000], new byte[2000]);
    assertEquals(List.of(), detector.detect(black));
  }

  @Test
  void findsLieInThePictureWhateverItsShape() {
    Graph graph = SMALL.build(2, 5);
    Detector detector =
        Detector.of(graph, SMALL.card("new", Discs.CLASSES))
            .withThresholds(new Thresholds(0, 0.9, 1000));
    Image wide = Image.ofUint8(300, 20, new byte[6000]);
    List<Detection> found = detector.detect(wide);
    assertTrue(found.size() > 10);
    found.forEach(f -> assertTrue(f.box().isInside(300, 20), f::toString));
    Frame frame = new Frame(new dev.fovea.engine.image.Geometry(0.5, 0.5, 0, 10), 128, 64);
    assertEquals(new Box(20, 0, 40, 20), frame.toPicture(new Box(10, 10, 20, 20)));
    assertEquals(new Box(10, 10, 20, 20), frame.toInput(new Box(20, 0, 40, 20)));
  }

  private static TrainerOptions options(DetectionTrainer trainer, int epochs, double rate) {
    return trainer
        .options(epochs, 4, rate, 1, false)
        .on(Backends.defaultBackend(), 2)
        .withAveraging(dev.fovea.engine.train.Averaging.ema(0.9));
  }

  /** A few pictures are learnt by heart; the file, read again by many threads, says the same. */
  @Test
  void learnsAFewPictures(@TempDir Path folder) throws Exception {
    PictureSet set = Discs.write(folder, 8, 64, 42);
    DetectionTrainer trainer = new DetectionTrainer(SMALL, BoxAugmentation.NONE);
    Graph graph = SMALL.build(2, 1);
    trainer.trainer(graph, set, null, TrainingListener.NONE, options(trainer, 60, 0.003)).fit();
    ModelFile model = new ModelFile(graph, SMALL.card("discs", Discs.CLASSES));
    Detector detector = Detector.of(model);
    DetectorEvaluation evaluation = DetectorEvaluation.of(detector, set, () -> false);
    assertTrue(evaluation.figures().get("AP50") > 0.9, () -> "found " + evaluation.figures());
    Path file = folder.resolve("discs.onnx");
    model.write(file);
    Detector read = Detector.load(file);
    List<List<Detection>> expected = new ArrayList<>();
    for (int i = 0; i < set.size(); i++) {
      expected.add(detector.detect(set.image(i)));
    }
    assertEquals("red", read.className(Detection.of(0, 1, new Box(0, 0, 1, 1))));
    inParallel(read, set, expected);
  }

  private static void inParallel(Detector detector, PictureSet set, List<List<Detection>> expected)
      throws InterruptedException, ExecutionException {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Future<List<Detection>>> found = new ArrayList<>();
      for (int k = 0; k < 40; k++) {
        Path file = set.folder().resolve(set.name(k % set.size()));
        found.add(pool.submit(() -> detector.detect(file)));
      }
      for (int k = 0; k < found.size(); k++) {
        assertEquals(expected.get(k % set.size()), found.get(k).get());
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aRateFarTooHighEndsWithADiagnosisAndTheLastGoodCheckpoint(@TempDir Path folder)
      throws IOException {
    PictureSet set = Discs.write(folder, 8, 64, 42);
    DetectionTrainer trainer = new DetectionTrainer(SMALL, BoxAugmentation.NONE);
    Path checkpoint = folder.resolve("checkpoint");
    Trainer first =
        trainer.trainer(
            SMALL.build(2, 1),
            set,
            set,
            TrainingListener.NONE,
            options(trainer, 1, 0.003).withCheckpoint(checkpoint, 60, false));
    first.fit();
    byte[] good = Files.readAllBytes(checkpoint);
    Trainer wild =
        trainer.trainer(
            SMALL.build(2, 1),
            set,
            null,
            TrainingListener.NONE,
            options(trainer, 20, 1e9)
                .with(
                    new TrainerOptions.Updates(
                        () -> new dev.fovea.engine.train.Sgd(0),
                        dev.fovea.engine.train.Schedule.constant(),
                        dev.fovea.engine.train.Regularizer.none(),
                        dev.fovea.engine.train.Clipping.none(),
                        List.of(),
                        dev.fovea.engine.train.Averaging.none()))
                .withCheckpoint(checkpoint, 60, false));
    TrainingException e = assertThrows(TrainingException.class, wild::fit);
    assertTrue(e.getMessage().contains("diverged"), e.getMessage());
    assertTrue(e.getMessage().contains("learning rate"), e.getMessage());
    assertTrue(e.getMessage().contains(checkpoint.toString()), e.getMessage());
    org.junit.jupiter.api.Assertions.assertArrayEquals(good, Files.readAllBytes(checkpoint));
  }

  @Test
  void modelsOfOtherKindsAreRefused(@TempDir Path folder) throws IOException {
    assertThrows(IllegalArgumentException.class, () -> new Yolo(60, 64, Yolo.Size.NANO));
    Graph graph = SMALL.build(2, 5);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Detector.of(graph, SMALL.card("new", List.of("one", "two", "three"))));
    assertTrue(e.getMessage().contains("3 classes"), e.getMessage());
    Path file = folder.resolve("model.onnx");
    new ModelFile(graph, SMALL.card("new", Discs.CLASSES).with(Detector.FORMAT, "unknown"))
        .write(file);
    IllegalArgumentException unknown =
        assertThrows(IllegalArgumentException.class, () -> Detector.load(file));
    assertTrue(unknown.getMessage().startsWith(file + ": found detector 'unknown'"));
  }
}
