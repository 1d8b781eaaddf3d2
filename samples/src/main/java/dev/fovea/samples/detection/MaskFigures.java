package dev.fovea.samples.detection;

import dev.fovea.detection.Annotation;
import dev.fovea.detection.Detection;
import dev.fovea.detection.Detector;
import dev.fovea.detection.Thresholds;
import dev.fovea.detection.evaluation.CocoEvaluator;
import dev.fovea.detection.mask.RleMask;
import dev.fovea.detection.twostage.Backbone;
import dev.fovea.detection.twostage.FasterRcnn;
import dev.fovea.detection.twostage.InstanceSamples;
import dev.fovea.detection.twostage.InstanceSamples.Instances;
import dev.fovea.detection.twostage.MaskRcnn;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.train.AdamW;
import dev.fovea.engine.train.EpochResult;
import dev.fovea.engine.train.Schedule;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.train.TrainingListener;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Trains a Mask R-CNN from nothing and says how good its boxes and masks are. Arguments: {@code
 * shapes}, for synthetic pictures, or a folder with {@code images}, {@code labels} (a number for
 * each object) and the lists {@code train.txt} and {@code val.txt} of names; number of epochs;
 * perhaps a file for the model. One thread; a training goes on where it was stopped.
 */
public final class MaskFigures {
  private static final int SIDE = 128;
  private static final int PICTURES_A_STEP = 4;
  private static final int SHAPES_TO_TRAIN = 400;
  private static final int SHAPES_TO_MEASURE = 50;
  private static final double RATE = 2e-3;
  private static final double CHECKPOINT_SECONDS = 120;
  private static final long SEED = 1;

  private MaskFigures() {}

  /** Runs from the command line. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 2) {
      throw new IllegalArgumentException("expected: shapes|DATA EPOCHS [MODEL]");
    }
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    int epochs = Integer.parseInt(arguments[1]);
    Path file = arguments.length > 2 ? Path.of(arguments[2]) : null;
    if (arguments[0].equals("shapes")) {
      Preprocessing unit =
          Preprocessing.unit(Preprocessing.Channels.RGB, 0, 0, Preprocessing.Resize.NONE);
      run(
          shapes(SHAPES_TO_TRAIN, 0),
          shapes(SHAPES_TO_MEASURE, SHAPES_TO_TRAIN),
          ShapePictures.CLASSES,
          unit,
          epochs,
          file,
          out);
    } else {
      Path data = Path.of(arguments[0]);
      run(
          nuclei(data, "train"),
          nuclei(data, "val"),
          List.of("nucleus"),
          Preprocessing.percentileDarkGround(Preprocessing.Channels.RGB, 1, 99),
          epochs,
          file,
          out);
    }
  }

  private static List<Instances> shapes(int count, long first) {
    List<Instances> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(ShapePictures.picture(SIDE, first + i));
    }
    return all;
  }

  private static List<Instances> nuclei(Path data, String split) throws IOException {
    List<Instances> all = new ArrayList<>();
    for (String name : Files.readAllLines(data.resolve(split + ".txt"))) {
      if (!name.isBlank()) {
        String file = name.strip() + ".png";
        all.add(
            Instances.ofOneClass(
                ImageReader.read(data.resolve("images").resolve(file)),
                ImageReader.read(data.resolve("labels").resolve(file))));
      }
    }
    return all;
  }

  /** Trains and measures. */
  static void run(
      List<Instances> training,
      List<Instances> validation,
      List<String> classes,
      Preprocessing preprocessing,
      int epochs,
      Path file,
      PrintStream out)
      throws IOException {
    FasterRcnn boxes =
        new FasterRcnn(SIDE, SIDE, Backbone.residual(16, 4), List.of(12.0, 24.0, 48.0), 48, 128);
    MaskRcnn design = new MaskRcnn(boxes, 2, preprocessing);
    Graph graph = design.build(classes.size(), SEED);
    long start = System.nanoTime();
    TrainerOptions options =
        TrainerOptions.defaults("", epochs, PICTURES_A_STEP, RATE, SEED)
            .withSchedule(Schedule.cosine().withWarmUp(0.05))
            .on(Backends.defaultBackend(), 1);
    if (file != null) {
      Path checkpoint = file.resolveSibling(file.getFileName() + ".checkpoint");
      options = options.withCheckpoint(checkpoint, CHECKPOINT_SECONDS, true);
    }
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epoch(EpochResult result) {
            out.printf(
                Locale.ROOT,
                "%.0f s: epoch %d, loss %.4f%n",
                (System.nanoTime() - start) / 1e9,
                result.epoch(),
                result.loss());
          }
        };
    new Trainer(
            graph,
            new InstanceSamples(training, preprocessing, SIDE, SIDE),
            design.learner(classes.size()),
            new AdamW(0.05),
            null,
            listener,
            options)
        .fit();
    ModelCard card = design.card("mask-rcnn", classes);
    if (file != null) {
      new ModelFile(graph, card).write(file);
    }
    measure(Detector.of(graph, card, g -> Passes.open(g, single())), validation, out);
  }

  private static SessionOptions single() {
    return SessionOptions.inference().withThreads(1);
  }

  private static void measure(Detector detector, List<Instances> pictures, PrintStream out) {
    Detector all = detector.withThresholds(Thresholds.ALL.withIou(0.5));
    int classes = detector.classes().size();
    CocoEvaluator boxes = new CocoEvaluator(CocoEvaluator.Kind.BOX, classes);
    CocoEvaluator masks = new CocoEvaluator(CocoEvaluator.Kind.MASK, classes);
    long nanos = 0;
    for (Instances picture : pictures) {
      long start = System.nanoTime();
      List<Detection> found = all.detect(picture.image());
      nanos += System.nanoTime() - start;
      List<Annotation> truth = objects(picture);
      boxes.add(truth, found);
      masks.add(truth, found);
    }
    out.printf(Locale.ROOT, "%.3f s a picture%n", nanos / 1e9 / pictures.size());
    out.println("boxes " + boxes.figures().byName());
    out.println("masks " + masks.figures().byName());
  }

  /** The true objects with their masks; those that are wholly hidden are left out. */
  static List<Annotation> objects(Instances picture) {
    Image map = picture.objects();
    float[] values = map.plane(0);
    List<Annotation> all = new ArrayList<>();
    for (int o = 1; o <= picture.label().length; o++) {
      boolean[] own = new boolean[values.length];
      for (int i = 0; i < own.length; i++) {
        own[i] = values[i] == o;
      }
      RleMask mask = RleMask.ofPixels(map.width(), map.height(), own);
      if (mask.area() > 0) {
        all.add(Annotation.of(picture.label()[o - 1], mask.box(), mask, false));
      }
    }
    return all;
  }
}
