package dev.fovea.tasks;

import dev.fovea.engine.image.Augmentation;
import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.image.data.StoredSplit;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.zoo.ClassificationTraining;
import dev.fovea.engine.zoo.ClassifierRecipe;
import dev.fovea.engine.zoo.SampleRecipe;
import dev.fovea.engine.zoo.TransferRecipe;
import dev.fovea.engine.zoo.architecture.Architecture;
import dev.fovea.engine.zoo.architecture.Architectures;
import dev.fovea.tasks.report.TrainingReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trains a classifier on a data set by a {@link ClassifierRecipe} and writes it as ONNX with its
 * card.
 *
 * <p>It is validated on the split {@code val}; without one, a tenth of the training images (at most
 * 5,000, chosen by the seed) is held out, so that a {@code test} split stays untouched until the
 * end, when it is measured once. A division can be kept in a file, see {@link StoredSplit}.
 */
public final class TrainClassifierTask
    implements DataTask<TrainClassifierTask.Parameters, TrainResult> {
  private static final String ARCH = "arch";
  private static final String SIZE = "size";
  private static final String FROM = "from";
  private static final String FREEZE = "freeze";
  private static final String FINE_TUNE_RATE = "fine_tune_rate";
  private static final String PREPROCESSING = "preprocessing";
  private static final String SPLIT = "split";
  private static final double USUAL_FINE_TUNE_RATE = 0.1;

  /**
   * How to train.
   *
   * @param training what all trainings have in common
   * @param split file that divides the data set; null for none
   * @param samples what is made of the images
   * @param loss what is made small
   * @param adversarial which attack it is trained against
   * @param architecture the network, unless one is to start from
   * @param size input width and height in pixels; 0 for those the network was designed for
   * @param from name or file of a trained classifier to start from; empty for none
   * @param freeze what of that one stays as it is, see {@link TransferRecipe}
   * @param fineTuneRate factor on the learning rate for its layers that learn
   * @param preprocessing how its input is made; null for as its card says
   */
  public record Parameters(
      TrainingOptions training,
      Path split,
      SampleOptions samples,
      LossOptions loss,
      AdversarialOptions adversarial,
      Architecture architecture,
      int size,
      String from,
      String freeze,
      double fineTuneRate,
      ForeignPreprocessing preprocessing) {

    /** Whether only the head of a trained classifier is trained. */
    boolean isFrozen() {
      return !from.isEmpty() && freeze.equals(TransferRecipe.FEATURES);
    }

    /** How the classifier to start from is trained. */
    TransferRecipe transfer(SampleRecipe recipe) {
      return new TransferRecipe(
          training.epochs(),
          training.batchSize(),
          training.learningRate(),
          freeze,
          fineTuneRate,
          recipe,
          loss.loss());
    }
  }

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
        Parameter.text(
            "Split (file)",
            "",
            "Which image is for training, validation and test: read, or written if there is no such"
                + " file."));
    all.addAll(SampleOptions.declare());
    all.addAll(LossOptions.declare());
    all.addAll(AdversarialOptions.declare());
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
            "Fine_tune_rate",
            0,
            1,
            USUAL_FINE_TUNE_RATE,
            "Factor on the learning rate for its old layers."));
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
    SampleOptions samples = SampleOptions.bind(arguments);
    Parameters parameters =
        new Parameters(
            TrainingOptions.bind(arguments),
            arguments.text(SPLIT).isEmpty() ? null : Path.of(arguments.text(SPLIT)),
            samples,
            LossOptions.bind(arguments, samples),
            AdversarialOptions.bind(arguments, samples),
            Architectures.named(arguments.text(ARCH)),
            arguments.isAuto(SIZE) ? 0 : arguments.integer(SIZE),
            arguments.text(FROM),
            arguments.text(FREEZE),
            arguments.number(FINE_TUNE_RATE),
            arguments.isAuto(PREPROCESSING)
                ? null
                : ForeignPreprocessing.named(arguments.text(PREPROCESSING)));
    requireUsed(parameters);
    if (parameters.isFrozen()) {
      // Refuses now what does not go with frozen features.
      parameters.transfer(samples.plainRecipe());
    }
    return parameters;
  }

  /** Refuses what would have no effect: without a word it would be taken for done. */
  private static void requireUsed(Parameters p) {
    if (p.from().isEmpty()) {
      String without = "without a classifier to start from";
      String from = "one (" + FROM + ")";
      require(p.freeze().equals(TransferRecipe.NOTHING), FREEZE, p.freeze(), without, from);
      require(
          p.fineTuneRate() == USUAL_FINE_TUNE_RATE,
          FINE_TUNE_RATE,
          p.fineTuneRate(),
          without,
          from);
      require(p.preprocessing() == null, PREPROCESSING, "one", without, from);
    } else {
      String with = "with a classifier to start from";
      require(!p.adversarial().isWanted(), "adversarial", p.adversarial().attack(), with, "none");
      require(
          p.architecture().equals(Architectures.all().get(0)),
          ARCH,
          p.architecture().name(),
          with,
          "none, as the network is that classifier's");
      require(
          p.size() == 0 || p.preprocessing() != null,
          SIZE,
          p.size(),
          with,
          "none, as its card says it, or " + PREPROCESSING + " too");
    }
  }

  private static void require(
      boolean fits, String key, Object found, String where, String expected) {
    if (!fits) {
      throw new IllegalArgumentException(
          key + ": found " + found + " " + where + ", expected " + expected);
    }
  }

  @Override
  public TrainResult run(Parameters parameters, RunOptions options, TaskContext context)
      throws IOException {
    TrainingOptions training = parameters.training();
    training.prepareOutput();
    ClassifierData data = open(parameters, options, context);
    ClassifierSetup setup = ClassifierSetup.of(parameters, data, options.seed());
    if (parameters.isFrozen()) {
      context.log("computing what the frozen layers see, once for each image");
    }
    TrainingReport report = training.report(setup.graph());
    Trainer trainer =
        setup
            .fitting()
            .trainer(
                TrainingOptions.listener(context, report),
                training.configure(setup.options(), options));
    ModelCard card =
        new ModelCard(
            training.name(),
            ModelCard.Task.CLASSIFICATION,
            data.classes(),
            setup.preprocessing(),
            setup.provenance());
    return new Training(trainer, setup.result(), training, options, report)
        .fit(
            context,
            () -> new Training.Completed(card, Map.of(), testFigures(data.test(), setup, options)));
  }

  static ClassifierData open(Parameters parameters, RunOptions options, TaskContext context)
      throws IOException {
    Path folder = parameters.training().data();
    ClassifierData data =
        parameters.split() == null
            ? ClassifierData.open(folder, options.seed())
            : ClassifierData.open(folder, parameters.split(), options.seed());
    context.log(
        "%d images to train on, %d to validate on, %d classes"
            .formatted(data.fitted().size(), data.validation().size(), data.classes().size()));
    return data;
  }

  private static Map<String, Double> testFigures(
      ClassifierData.TestImages test, ClassifierSetup setup, RunOptions options)
      throws IOException {
    Optional<ClassificationDataset> images = test.open();
    if (images.isEmpty()) {
      return Map.of();
    }
    return new ClassificationTraining(images.get(), setup.preprocessing(), Augmentation.NONE)
        .validator(options.backend(), options.threads())
        .validate(setup.result());
  }
}
