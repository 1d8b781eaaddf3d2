package dev.fovea.tasks;

import dev.fovea.detection.Detector;
import dev.fovea.detection.data.DetectionFolders;
import dev.fovea.detection.data.PictureSet;
import dev.fovea.detection.train.DetectorEvaluation;
import dev.fovea.engine.image.Augmentation;
import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.image.data.Datasets;
import dev.fovea.engine.image.data.ImageDataset;
import dev.fovea.engine.image.data.SegmentationDataset;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.onnx.OnnxOutline;
import dev.fovea.engine.runtime.Inference;
import dev.fovea.engine.zoo.ClassificationTraining;
import dev.fovea.segmentation.SegmentationEvaluation;
import dev.fovea.segmentation.Segmenter;
import dev.fovea.tasks.report.DetectionReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Measures how good a model is on a data set. */
public final class EvaluateTask implements DataTask<EvaluateTask.Parameters, EvaluateTask.Result> {
  private static final String MODEL = "model";
  private static final String DATA = "data";
  private static final String SPLIT = "split";
  private static final String REPORT = "report";
  private static final String NO_REPORT = "none";

  /** Images measured between two looks at whether the user still wants to know. */
  private static final int CHUNK = 500;

  private static final int BATCH = 100;

  /**
   * What to measure.
   *
   * @param model name of a built-in model, or a file
   * @param data folder of the data set
   * @param split {@code train}, {@code val} or {@code test}; null for the one to evaluate on, else
   *     all
   * @param report folder for a page about a detector; null for none
   */
  public record Parameters(String model, Path data, String split, Path report) {

    /** Without a page. */
    public Parameters(String model, Path data, String split) {
      this(model, data, split, null);
    }
  }

  /**
   * The figures.
   *
   * @param task what the model does
   * @param images number of images
   * @param seconds duration, reading included
   * @param figures {@code accuracy} and {@code top5} of a classifier; {@code ap50}, {@code map},
   *     {@code dice} and {@code miou} of a segmenter, see {@link SegmentationEvaluation}; those of
   *     COCO of a detector, see {@link DetectorEvaluation}
   */
  public record Result(
      ModelCard.Task task, int images, double seconds, Map<String, Double> figures) {}

  @Override
  public String name() {
    return "evaluate";
  }

  @Override
  public String description() {
    return "Measure how good a model is on a data set.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.model(null),
        Parameter.folder("Data (folder)", "The folder of the data set."),
        Parameter.choice(
                "Split",
                List.of("test", "val", "train"),
                "The part to measure on. auto: test, else val, else all.")
            .orAuto(),
        Parameter.text(
            "Report (folder)",
            NO_REPORT,
            "Of a detector: where to write a page with curves, confusions and pictures."));
  }

  @Override
  public Parameters bind(Arguments arguments) {
    return new Parameters(
        arguments.text(MODEL),
        Path.of(arguments.text(DATA)),
        arguments.isAuto(SPLIT) ? null : arguments.text(SPLIT),
        arguments.text(REPORT).equals(NO_REPORT) ? null : Path.of(arguments.text(REPORT)));
  }

  @Override
  public Result run(Parameters parameters, RunOptions options, TaskContext context)
      throws IOException {
    Model model = Models.load(parameters.model(), options);
    if (model.card().isEmpty() || model.requireCard().task() == ModelCard.Task.DETECTION) {
      if (DetectionFolders.looksLikeOne(parameters.data())) {
        return detection(model, parameters, options, context);
      }
    }
    ModelCard card = model.requireCard();
    long start = System.nanoTime();
    ImageDataset data = open(parameters);
    Map<String, Double> figures;
    try (Inference network = model.open(options)) {
      figures =
          switch (card.task()) {
            case CLASSIFICATION -> classification(model, network, data, parameters, context);
            case SEGMENTATION -> segmentation(model, network, data, parameters, options, context);
            case DETECTION, STYLE ->
                throw new IllegalArgumentException(
                    "model '"
                        + model.name()
                        + "': found a model for "
                        + Model.describe(card.task())
                        + ", expected one for classification or segmentation, as "
                        + parameters.data()
                        + " holds no boxes");
          };
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return new Result(card.task(), data.size(), (System.nanoTime() - start) * 1e-9, figures);
  }

  private static Result detection(
      Model model, Parameters parameters, RunOptions options, TaskContext context)
      throws IOException {
    long start = System.nanoTime();
    String split = parameters.split();
    for (String candidate : List.of("test", "val")) {
      if (split == null && DetectionFolders.hasSplit(parameters.data(), candidate)) {
        split = candidate;
      }
    }
    PictureSet set = DetectionFolders.read(parameters.data(), split == null ? "" : split);
    DetectorEvaluation evaluation;
    try (Inference network = model.open(options)) {
      Detector detector = DetectTask.detector(model, null, network, options);
      evaluation = DetectorEvaluation.of(detector, set, context::cancelled);
    }
    double seconds = (System.nanoTime() - start) * 1e-9;
    if (parameters.report() != null) {
      Path page =
          DetectionReport.write(
              parameters.report(), model.name() + " on " + parameters.data(), evaluation, set);
      context.log("wrote " + page);
    }
    return new Result(ModelCard.Task.DETECTION, set.size(), seconds, evaluation.figures());
  }

  private static ImageDataset open(Parameters parameters) throws IOException {
    DetectionLayout.refuse(parameters.data());
    String split = parameters.split();
    if (split == null && Files.isDirectory(parameters.data())) {
      split = Datasets.evaluationSplit(parameters.data()).orElse(null);
    }
    return Datasets.open(parameters.data(), split);
  }

  private static Map<String, Double> classification(
      Model model, Inference network, ImageDataset data, Parameters parameters, TaskContext context)
      throws IOException {
    ModelCard card = model.requireCard();
    if (!(data instanceof ClassificationDataset classified)) {
      throw mismatch(model, card, parameters, "images with label masks");
    }
    int[] newLabels = Subset.newLabels(classified, card.classes(), parameters.data().toString());
    // Not every model of others takes a batch.
    boolean batches = model.outline().inputs().get(0).dims().get(0) == OnnxOutline.FREE;
    Map<String, Double> sums = new TreeMap<>();
    for (int first = 0; first < data.size(); first += CHUNK) {
      context.checkCancelled();
      int[] chunk = range(first, Math.min(data.size(), first + CHUNK));
      Map<String, Double> figures =
          new ClassificationTraining(
                  Subset.of(classified, chunk, card.classes(), newLabels),
                  card.preprocessing(),
                  Augmentation.NONE)
              .measure(network, batches ? BATCH : 1);
      figures.forEach((name, value) -> sums.merge(name, value * chunk.length, Double::sum));
      int done = first + chunk.length;
      context.progress((double) done / data.size(), done + " of " + data.size() + " images");
    }
    sums.replaceAll((name, sum) -> sum / data.size());
    return sums;
  }

  private static int[] range(int from, int to) {
    int[] indices = new int[to - from];
    Arrays.setAll(indices, i -> from + i);
    return indices;
  }

  private static Map<String, Double> segmentation(
      Model model,
      Inference network,
      ImageDataset data,
      Parameters parameters,
      RunOptions options,
      TaskContext context)
      throws IOException {
    ModelCard card = model.requireCard();
    if (!(data instanceof SegmentationDataset labelled)) {
      throw mismatch(model, card, parameters, "images of one class each");
    }
    SegmentationDataset checked = Subset.of(labelled, Subset.all(labelled));
    Segmenter segmenter = Segmenter.of(model.graph(), card, options.inference()).on(network);
    return SegmentationEvaluation.of(
            segmenter,
            checked,
            (done, total) -> {
              context.checkCancelled();
              context.progress((double) done / total, done + " of " + total + " images");
            })
        .figures();
  }

  private static IllegalArgumentException mismatch(
      Model model, ModelCard card, Parameters parameters, String found) {
    return new IllegalArgumentException(
        parameters.data()
            + ": found "
            + found
            + ", expected a data set for "
            + Model.describe(card.task())
            + ", as that is what model '"
            + model.name()
            + "' is for");
  }
}
