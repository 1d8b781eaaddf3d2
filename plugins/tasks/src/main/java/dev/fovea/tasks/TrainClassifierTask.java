package dev.fovea.tasks;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.image.Augmentation;
import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.image.data.Datasets;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.zoo.ClassificationTraining;
import dev.fovea.engine.zoo.ClassifierRecipe;
import dev.fovea.engine.zoo.TransferRecipe;
import dev.fovea.engine.zoo.architecture.Architecture;
import dev.fovea.engine.zoo.architecture.Architectures;
import dev.fovea.tasks.report.TrainingReport;
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
  private static final String SIZE = "size";
  private static final String FROM = "from";
  private static final String FREEZE = "freeze";
  private static final String FINE_TUNE_RATE = "fine_tune_rate";
  private static final String PREPROCESSING = "preprocessing";
  private static final double HELD_OUT = 0.1;
  private static final int MOST_HELD_OUT = 5000;

  /**
   * How to train.
   *
   * @param training what all trainings have in common
   * @param architecture the network, unless one is to start from
   * @param size input width and height in pixels; 0 for those the network was designed for
   * @param from name or file of a trained classifier to start from; empty for none
   * @param transfer how that one is trained
   * @param preprocessing how its input is made; null for as its card says
   */
  public record Parameters(
      TrainingOptions training,
      Architecture architecture,
      int size,
      String from,
      TransferRecipe transfer,
      ForeignPreprocessing preprocessing) {}

  /** A network, how its input is made, who trains it, and who shows that (null for nobody). */
  private record Prepared(
      Graph graph,
      Preprocessing preprocessing,
      Trainer trainer,
      TrainingReport report,
      String architecture) {}

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
    all.add(
        Parameter.integer(
                "Size (pixels)", 1, 4096, 32, "Side of its input. auto: as it was designed for.")
            .orAuto());
    all.add(
        Parameter.text(
            "From (model)",
            "",
            "A trained classifier to start from instead, built-in or an ONNX file of any origin: it"
                + " gets a new head for these classes."));
    all.add(
        Parameter.text(
            "Freeze (layers)",
            TransferRecipe.NOTHING,
            "What of that classifier stays as it is: features (all but the head), none, or all up"
                + " to the value of a name."));
    all.add(
        Parameter.number(
            "Fine_tune_rate", 0, 1, 0.1, "Factor on the learning rate for its old layers."));
    all.add(
        Parameter.choice(
                "Preprocessing",
                ForeignPreprocessing.names(),
                "How the input of that classifier is made. auto: as its card says.")
            .orAuto());
    return all;
  }

  @Override
  public Parameters bind(Arguments arguments) {
    TrainingOptions training = TrainingOptions.bind(arguments);
    return new Parameters(
        training,
        Architectures.named(arguments.text(ARCH)),
        arguments.isAuto(SIZE) ? 0 : arguments.integer(SIZE),
        arguments.text(FROM),
        new TransferRecipe(
            training.epochs(),
            training.batchSize(),
            training.learningRate(),
            arguments.text(FREEZE),
            arguments.number(FINE_TUNE_RATE)),
        arguments.isAuto(PREPROCESSING)
            ? null
            : ForeignPreprocessing.named(arguments.text(PREPROCESSING)));
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

    Prepared network =
        parameters.from().isEmpty()
            ? fresh(parameters, fitted, validation, options, context)
            : transferred(parameters, fitted, validation, options, context);
    ModelCard card =
        new ModelCard(
            training.name(),
            ModelCard.Task.CLASSIFICATION,
            classes,
            network.preprocessing(),
            Map.of("architecture", network.architecture()));
    return new Training(network.trainer(), network.graph(), training, options, network.report())
        .fit(
            context,
            () ->
                new Training.Completed(
                    card,
                    Map.of(),
                    splits.contains("test")
                        ? new ClassificationTraining(
                                split(folder, "test", classes),
                                network.preprocessing(),
                                Augmentation.NONE)
                            .validator(options.backend(), options.threads())
                            .validate(network.graph())
                        : Map.of()));
  }

  private static Prepared fresh(
      Parameters parameters,
      ClassificationDataset fitted,
      ClassificationDataset validation,
      RunOptions options,
      TaskContext context)
      throws IOException {
    TrainingOptions training = parameters.training();
    Architecture architecture = parameters.architecture();
    ClassifierRecipe recipe =
        new ClassifierRecipe(
            architecture, training.epochs(), training.batchSize(), training.learningRate());
    int size = parameters.size() == 0 ? architecture.inputSize() : parameters.size();
    Preprocessing preprocessing = ClassifierRecipe.preprocessing(fitted.image(0).channels(), size);
    Graph graph = recipe.network(preprocessing, fitted.classes().size(), options.seed());
    TrainingReport report = training.report(graph);
    Trainer trainer =
        recipe.trainer(
            graph,
            preprocessing,
            fitted,
            validation,
            TrainingOptions.listener(context, report),
            training.configure(recipe.options(options.seed(), true), options));
    return new Prepared(
        graph.withOutputs(Architecture.PROBABILITIES),
        preprocessing,
        trainer,
        report,
        architecture.name());
  }

  private static Prepared transferred(
      Parameters parameters,
      ClassificationDataset fitted,
      ClassificationDataset validation,
      RunOptions options,
      TaskContext context)
      throws IOException {
    TrainingOptions training = parameters.training();
    TransferRecipe recipe = parameters.transfer();
    Model from = Models.load(parameters.from());
    Preprocessing preprocessing = preprocessing(parameters, from);
    Graph graph = TransferRecipe.network(from.graph(), fitted.classes().size(), options.seed());
    if (recipe.freeze().equals(TransferRecipe.FEATURES)) {
      context.log("computing what the frozen layers see, once for each image");
    }
    TrainingReport report = training.report(graph);
    Trainer trainer =
        recipe.trainer(
            graph,
            preprocessing,
            fitted,
            validation,
            TrainingOptions.listener(context, report),
            training.configure(recipe.options(graph, options.seed(), true), options));
    return new Prepared(
        graph,
        preprocessing,
        trainer,
        report,
        "from " + from.name() + " (" + from.sha256() + "), frozen: " + recipe.freeze());
  }

  private static Preprocessing preprocessing(Parameters parameters, Model from) {
    if (parameters.preprocessing() != null) {
      return parameters.preprocessing().of(from, parameters.size());
    }
    if (from.card().isEmpty()) {
      throw new IllegalArgumentException(
          "model '"
              + from.name()
              + "': found no model card, expected --preprocessing with one of "
              + String.join(", ", ForeignPreprocessing.names()));
    }
    return from.requireCard(ModelCard.Task.CLASSIFICATION).preprocessing();
  }

  /** A split with the class indices of the training split: it may lack a class. */
  private static ClassificationDataset split(Path folder, String name, List<String> classes)
      throws IOException {
    return Subset.withClasses(
        Datasets.openClassification(folder, name), classes, folder.toString());
  }
}
