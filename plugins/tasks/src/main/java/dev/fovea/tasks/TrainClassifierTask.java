package dev.fovea.tasks;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.image.Augmentation;
import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.image.data.Datasets;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.zoo.Architecture;
import dev.fovea.engine.zoo.Architectures;
import dev.fovea.engine.zoo.ClassificationTraining;
import dev.fovea.engine.zoo.ClassifierRecipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Trains a classifier on a data set by a {@link ClassifierRecipe} and writes it as ONNX with its
 * card.
 *
 * <p>It is validated on the split {@code val}; without one, a tenth of the training images (at most
 * 5,000, chosen by the seed) is held out, so that a {@code test} split stays untouched until the
 * end, when it is measured once.
 */
public final class TrainClassifierTask
    implements DataTask<TrainClassifierTask.Parameters, TrainResult> {
  private static final String ARCH = "arch";
  private static final double HELD_OUT = 0.1;
  private static final int MOST_HELD_OUT = 5000;

  /**
   * How to train.
   *
   * @param training what all trainings have in common
   * @param architecture the network
   */
  public record Parameters(TrainingOptions training, Architecture architecture) {}

  @Override
  public String name() {
    return "train classifier";
  }

  @Override
  public String description() {
    return "Train a network to tell classes of images apart.";
  }

  @Override
  public List<Parameter> parameters() {
    ClassifierRecipe recipe = ClassifierRecipe.of(Architectures.all().get(0));
    List<Parameter> all =
        new ArrayList<>(
            TrainingOptions.declare(recipe.epochs(), recipe.batchSize(), recipe.rate()));
    all.add(
        Parameter.choice(
            "Arch (network)",
            Architectures.all().stream().map(Architecture::name).toList(),
            "The network."));
    return all;
  }

  @Override
  public Parameters bind(Arguments arguments) {
    return new Parameters(
        TrainingOptions.bind(arguments), Architectures.named(arguments.text(ARCH)));
  }

  @Override
  public TrainResult run(Parameters parameters, RunOptions options, TaskContext context)
      throws IOException {
    TrainingOptions training = parameters.training();
    training.prepareOutput();
    Path folder = training.data();
    DetectionLayout.refuse(folder);
    List<String> splits = Datasets.splits(folder);
    ClassificationDataset data =
        Datasets.openClassification(folder, Datasets.trainingSplit(folder).orElse(null));
    List<String> classes = data.classes();
    ClassificationDataset fitted;
    ClassificationDataset validation;
    if (splits.contains("val")) {
      fitted = Subset.of(data, Subset.all(data));
      validation = split(folder, "val", classes);
    } else {
      Subset.HoldOut parts = Subset.holdOut(data.size(), HELD_OUT, MOST_HELD_OUT, options.seed());
      fitted = Subset.of(data, parts.training());
      validation = Subset.of(data, parts.validation());
    }
    context.log(
        "%d images to train on, %d to validate on, %d classes"
            .formatted(fitted.size(), validation.size(), classes.size()));

    ClassifierRecipe recipe =
        new ClassifierRecipe(
            parameters.architecture(),
            training.epochs(),
            training.batchSize(),
            training.learningRate());
    Preprocessing preprocessing = recipe.preprocessing(fitted.image(0).channels());
    Graph graph = recipe.network(preprocessing, classes.size(), options.seed());
    Trainer trainer =
        recipe.trainer(
            graph,
            preprocessing,
            fitted,
            validation,
            TrainingOptions.listener(context),
            training.configure(recipe.options(options.seed(), true), options));
    ModelCard card =
        new ModelCard(
            training.name(),
            ModelCard.Task.CLASSIFICATION,
            classes,
            preprocessing,
            Map.of("architecture", recipe.architecture().name()));
    return new Training(trainer, graph, training, options)
        .fit(
            context,
            () ->
                new Training.Completed(
                    card,
                    Map.of(),
                    splits.contains("test")
                        ? new ClassificationTraining(
                                split(folder, "test", classes), preprocessing, Augmentation.NONE)
                            .validator(options.backend(), options.threads())
                            .validate(graph)
                        : Map.of()));
  }

  /** A split with the class indices of the training split: it may lack a class. */
  private static ClassificationDataset split(Path folder, String name, List<String> classes)
      throws IOException {
    return Subset.withClasses(
        Datasets.openClassification(folder, name), classes, folder.toString());
  }
}
