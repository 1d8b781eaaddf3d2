package dev.fovea.tasks;

import dev.fovea.detection.Detector;
import dev.fovea.detection.data.DatasetCheck;
import dev.fovea.detection.data.DetectionDataset;
import dev.fovea.detection.data.DetectionFolders;
import dev.fovea.detection.data.PictureSet;
import dev.fovea.detection.train.BoxAugmentation;
import dev.fovea.detection.train.DetectionTrainer;
import dev.fovea.detection.train.DetectorDesign;
import dev.fovea.detection.train.DetectorEvaluation;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.train.Trainer;
import dev.fovea.tasks.report.TrainingReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Trains a detector on pictures with boxes by a {@link DetectionTrainer} and writes it as ONNX with
 * its card.
 *
 * <p>It is validated on the split {@code val}; without one, a tenth of the training pictures (at
 * most 200, chosen by the seed) is held out. A {@code test} split is measured once, at the end.
 */
public final class TrainDetectorTask
    implements DataTask<TrainDetectorTask.Parameters, TrainResult> {
  private static final String ARCH = "arch";
  private static final String WIDTH = "width";
  private static final String HEIGHT = "height";
  private static final String AUGMENTATION = "augmentation";
  private static final String TRAIN = "train";
  private static final String VAL = "val";
  private static final String TEST = "test";
  private static final Map<String, BoxAugmentation> AUGMENTATIONS =
      Map.of(
          "micrographs", BoxAugmentation.MICROGRAPHS,
          "photographs", BoxAugmentation.PHOTOGRAPHS,
          "none", BoxAugmentation.NONE);
  private static final int EPOCHS = 80;
  private static final int BATCH_SIZE = 4;
  private static final double RATE = 0.0015;
  private static final double HELD_OUT = 0.1;
  private static final int MOST_HELD_OUT = 200;
  private static final int MOST_TOLD = 10;

  /**
   * How to train.
   *
   * @param training what all trainings have in common
   * @param arch name of the network
   * @param width of its input in pixels
   * @param height of its input in pixels
   * @param augmentation name of the changes that pictures are shown with
   */
  public record Parameters(
      TrainingOptions training, String arch, int width, int height, String augmentation) {}

  @Override
  public String name() {
    return "train detector";
  }

  @Override
  public String description() {
    return "Train a network to find objects, from images with boxes.";
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(TrainingOptions.declare(EPOCHS, BATCH_SIZE, RATE));
    all.add(Parameter.choice("Arch (network)", DetectorArchitectures.names(), "The network."));
    all.add(
        Parameter.integer(
            "Width (pixels)",
            32,
            4096,
            416,
            "Width of the network's input, to which images are scaled; a multiple of 32."));
    all.add(
        Parameter.integer(
            "Height (pixels)", 32, 4096, 416, "Height of the network's input; likewise."));
    all.add(
        Parameter.choice(
            "Augmentation (kind)",
            List.of("micrographs", "photographs", "none"),
            "How images are changed at random: micrographs have no up and down and one scale."));
    return all;
  }

  @Override
  public Parameters bind(Arguments arguments) {
    Parameters parameters =
        new Parameters(
            TrainingOptions.bind(arguments),
            arguments.text(ARCH),
            arguments.integer(WIDTH),
            arguments.integer(HEIGHT),
            arguments.text(AUGMENTATION));
    // Refused now, not after the pictures were read.
    design(parameters);
    return parameters;
  }

  private static DetectorDesign design(Parameters p) {
    return DetectorArchitectures.design(p.arch(), p.width(), p.height());
  }

  @Override
  public TrainResult run(Parameters parameters, RunOptions options, TaskContext context)
      throws IOException {
    TrainingOptions training = parameters.training();
    training.prepareOutput();
    PictureSet all = pictures(training, TRAIN);
    tellProblems(all.data(), context);
    PictureSet fitted = all;
    PictureSet validation;
    if (DetectionFolders.hasSplit(training.data(), VAL)) {
      validation = pictures(training, VAL);
      requireClasses(all, validation);
    } else {
      Subset.HoldOut parts = Subset.holdOut(all.size(), HELD_OUT, MOST_HELD_OUT, options.seed());
      fitted = part(all, parts.training());
      validation = part(all, parts.validation());
    }
    context.log(fitted.size() + " images to train on, " + validation.size() + " to validate on");
    List<String> classes = fitted.data().classes();
    DetectorDesign design = design(parameters);
    Graph graph = design.build(Math.max(1, classes.size()), options.seed());
    DetectionTrainer recipe =
        new DetectionTrainer(design, AUGMENTATIONS.get(parameters.augmentation()));
    TrainingReport report = training.report(graph);
    Trainer trainer =
        recipe.trainer(
            graph,
            fitted,
            validation,
            TrainingOptions.listener(context, report),
            training.configure(
                recipe.options(
                    training.epochs(),
                    training.batchSize(),
                    training.learningRate(),
                    options.seed(),
                    true),
                options));
    ModelCard card =
        design
            .card(training.name(), classes)
            .with(
                "architecture",
                "%s %dx%d".formatted(parameters.arch(), parameters.width(), parameters.height()))
            .with(AUGMENTATION, parameters.augmentation());
    return new Training(trainer, graph, training, options, report)
        .fit(
            context,
            () ->
                new Training.Completed(
                    card, Map.of(), test(graph, card, training, options, context)));
  }

  private static Map<String, Double> test(
      Graph graph,
      ModelCard card,
      TrainingOptions training,
      RunOptions options,
      TaskContext context)
      throws IOException {
    if (!DetectionFolders.hasSplit(training.data(), TEST)) {
      return Map.of();
    }
    Detector detector = Detector.of(graph, card, g -> Passes.open(g, options.inference()));
    return DetectorEvaluation.of(
            detector, DetectionFolders.read(training.data(), TEST), context::cancelled)
        .figures();
  }

  /** A split; all there is where there are no splits. */
  private static PictureSet pictures(TrainingOptions training, String split) throws IOException {
    boolean divided = DetectionFolders.hasSplit(training.data(), split);
    return DetectionFolders.read(training.data(), divided ? split : "");
  }

  private static void requireClasses(PictureSet training, PictureSet validation) {
    if (!training.data().classes().equals(validation.data().classes())) {
      throw new IllegalArgumentException(
          "%s: found the classes %s to validate on, expected those to train on, %s"
              .formatted(
                  validation.folder(), validation.data().classes(), training.data().classes()));
    }
  }

  private static PictureSet part(PictureSet all, int[] indices) {
    DetectionDataset data = all.data();
    return new PictureSet(
        new DetectionDataset(
            data.classes(),
            data.declared(),
            Arrays.stream(indices).mapToObj(data.pictures()::get).toList()),
        all.folder());
  }

  private static void tellProblems(DetectionDataset data, TaskContext context) {
    List<DatasetCheck.Problem> problems = DatasetCheck.of(data);
    problems.stream().limit(MOST_TOLD).forEach(problem -> context.log("note: " + problem));
    if (problems.size() > MOST_TOLD) {
      context.log("note: " + (problems.size() - MOST_TOLD) + " more of such boxes and images");
    }
  }
}
