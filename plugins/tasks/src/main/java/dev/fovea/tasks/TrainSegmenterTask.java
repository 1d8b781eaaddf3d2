package dev.fovea.tasks;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.image.data.Datasets;
import dev.fovea.engine.image.data.SegmentationDataset;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.train.Trainer;
import dev.fovea.segmentation.InstanceTuning;
import dev.fovea.segmentation.Instances;
import dev.fovea.segmentation.SegmentationEvaluation;
import dev.fovea.segmentation.Segmenter;
import dev.fovea.segmentation.SegmenterRecipe;
import dev.fovea.tasks.report.TrainingReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Trains a U-Net on images with label masks by a {@link SegmenterRecipe} and writes it as ONNX with
 * its card.
 *
 * <p>It is validated on the split {@code val}; without one, a tenth of the training images (at most
 * 200, chosen by the seed) is held out. A {@code test} split is measured once, at the end.
 */
public final class TrainSegmenterTask
    implements DataTask<TrainSegmenterTask.Parameters, TrainResult> {
  private static final String WIDTH = "width";
  private static final String DEPTH = "depth";
  private static final String MAX_WIDTH = "max_width";
  private static final String PATCH = "patch";
  private static final String UNET = "unet";
  private static final double HELD_OUT = 0.1;
  private static final int MOST_HELD_OUT = 200;

  /**
   * How to train.
   *
   * @param training what all trainings have in common
   * @param recipe the network and its training
   */
  public record Parameters(TrainingOptions training, SegmenterRecipe recipe) {}

  @Override
  public String name() {
    return "train segmenter";
  }

  @Override
  public String description() {
    return "Train a network to find objects, from images with label masks.";
  }

  @Override
  public List<Parameter> parameters() {
    SegmenterRecipe recipe = SegmenterRecipe.DEFAULT;
    List<Parameter> all =
        new ArrayList<>(
            TrainingOptions.declare(recipe.epochs(), recipe.batchSize(), recipe.rate()));
    all.add(Parameter.choice("Arch (network)", List.of(UNET), "The network."));
    all.add(
        Parameter.integer("Width (channels)", 1, 1024, recipe.width(), "Channels at full size."));
    all.add(
        Parameter.integer(
            "Depth (levels)", 1, 8, recipe.depth(), "How often the picture is halved."));
    all.add(
        Parameter.integer(
            "Max_width (channels)", 1, 4096, recipe.maxWidth(), "Most channels anywhere."));
    all.add(
        Parameter.integer(
            "Patch (pixels)", 16, 4096, recipe.patch(), "Side of the training patches."));
    return all;
  }

  @Override
  public Parameters bind(Arguments arguments) {
    TrainingOptions training = TrainingOptions.bind(arguments);
    return new Parameters(
        training,
        new SegmenterRecipe(
            arguments.integer(WIDTH),
            arguments.integer(DEPTH),
            Math.max(arguments.integer(WIDTH), arguments.integer(MAX_WIDTH)),
            arguments.integer(PATCH),
            training.epochs(),
            training.batchSize(),
            training.learningRate()));
  }

  @Override
  public TrainResult run(Parameters parameters, RunOptions options, TaskContext context)
      throws IOException {
    TrainingOptions training = parameters.training();
    SegmenterRecipe recipe = parameters.recipe();
    training.prepareOutput();
    Path folder = training.data();
    DetectionLayout.refuse(folder);
    List<String> splits = Datasets.splits(folder);
    SegmentationDataset data =
        Datasets.openSegmentation(folder, Datasets.trainingSplit(folder).orElse(null));
    SegmentationDataset fitted;
    SegmentationDataset validation;
    if (splits.contains("val")) {
      fitted = Subset.of(data, Subset.all(data));
      validation = split(folder, "val");
    } else {
      Subset.HoldOut parts = Subset.holdOut(data.size(), HELD_OUT, MOST_HELD_OUT, options.seed());
      fitted = Subset.of(data, parts.training());
      validation = Subset.of(data, parts.validation());
    }
    context.log(fitted.size() + " images to train on, " + validation.size() + " to validate on");

    Graph graph = recipe.network(options.seed());
    ModelCard card = card(training.name(), recipe);
    TrainingReport report = training.report(graph);
    Trainer trainer =
        recipe.trainer(
            graph,
            fitted,
            validation,
            TrainingOptions.listener(context, report),
            training.configure(recipe.options(options.seed(), true), options));
    return new Training(trainer, graph, training, options, report)
        .fit(
            context,
            () -> {
              Segmenter segmenter =
                  tuned(Segmenter.of(graph, card, options.inference()), validation, context);
              return new Training.Completed(
                  withParameters(card, segmenter.parameters()),
                  figures(segmenter, validation, context),
                  splits.contains("test")
                      ? figures(segmenter, split(folder, "test"), context)
                      : Map.of());
            });
  }

  private static Segmenter tuned(
      Segmenter segmenter, SegmentationDataset validation, TaskContext context) throws IOException {
    context.log("choosing thresholds and smallest sizes on the validation images");
    return segmenter.withParameters(
        InstanceTuning.tune(segmenter, validation, (done, total) -> context.checkCancelled()));
  }

  private static Map<String, Double> figures(
      Segmenter segmenter, SegmentationDataset data, TaskContext context) throws IOException {
    return SegmentationEvaluation.of(segmenter, data, (done, total) -> context.checkCancelled())
        .figures();
  }

  private static SegmentationDataset split(Path folder, String name) throws IOException {
    SegmentationDataset data = Datasets.openSegmentation(folder, name);
    return Subset.of(data, Subset.all(data));
  }

  private static ModelCard card(String name, SegmenterRecipe recipe) {
    return SegmenterRecipe.card(name)
        .with(
            "architecture",
            "%s width=%d depth=%d max_width=%d"
                .formatted(UNET, recipe.width(), recipe.depth(), recipe.maxWidth()));
  }

  private static ModelCard withParameters(ModelCard card, Instances.Parameters parameters) {
    ModelCard described = card;
    for (Map.Entry<String, String> attribute : parameters.toAttributes().entrySet()) {
      described = described.with(attribute.getKey(), attribute.getValue());
    }
    return described;
  }
}
