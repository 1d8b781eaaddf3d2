package dev.fovea.engine.zoo;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.image.Augmentation;
import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.train.Loss;
import dev.fovea.engine.train.Optimizers;
import dev.fovea.engine.train.ParameterGroup;
import dev.fovea.engine.train.Regularizer;
import dev.fovea.engine.train.Sgd;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.train.TrainingData;
import dev.fovea.engine.train.TrainingListener;
import dev.fovea.engine.train.Validator;
import dev.fovea.engine.zoo.surgery.TransferLearning;
import java.util.List;

/**
 * How a trained classifier learns other classes: with a new head, see {@link TransferLearning}.
 * Immutable.
 *
 * <p>How much of the old network should learn with it depends on the images, as the course CS231n
 * puts it:
 *
 * <table>
 *   <caption>What to train</caption>
 *   <tr><th></th><th>images like the old ones</th><th>other images</th></tr>
 *   <tr><td>few</td><td>the head alone: {@link #FEATURES}</td><td>the head and the last layers:
 *       freeze up to an early value</td></tr>
 *   <tr><td>many</td><td>all, the old layers slowly: {@link #NOTHING}</td><td>all: {@link #NOTHING},
 *       a larger fine-tuning rate</td></tr>
 * </table>
 *
 * @param epochs passes over the images
 * @param batchSize images a step
 * @param rate learning rate of the head
 * @param freeze {@link #FEATURES}, {@link #NOTHING}, or the name of the value up to which the old
 *     layers stay as they are
 * @param fineTuneRate factor on the rate for old layers that learn; 0.1 to 0.01 as a rule
 * @param samples what is made of the images; with frozen features they stay as they are
 * @param loss of the class scores
 */
public record TransferRecipe(
    int epochs,
    int batchSize,
    double rate,
    String freeze,
    double fineTuneRate,
    SampleRecipe samples,
    Loss loss) {

  /** All old layers stay as they are; what they see is computed once. */
  public static final String FEATURES = "features";

  /** All layers learn. */
  public static final String NOTHING = "none";

  private static final double L2 = 5e-4;

  /** With slightly turned, scaled and shifted images and the cross-entropy. */
  public TransferRecipe(
      int epochs, int batchSize, double rate, String freeze, double fineTuneRate) {
    this(
        epochs,
        batchSize,
        rate,
        freeze,
        fineTuneRate,
        SampleRecipe.of(
            freeze.equals(FEATURES) ? AugmentationPreset.NONE : AugmentationPreset.DIGITS),
        new SoftmaxCrossEntropy());
  }

  /** Checks that frozen features are not to see changed images: they are computed once. */
  public TransferRecipe {
    if (freeze.equals(FEATURES) && !samples.equals(SampleRecipe.PLAIN)) {
      throw new IllegalArgumentException(
          "frozen features: found images that are changed or mixed by chance, expected them as they"
              + " are, as the old layers run once on each");
    }
  }

  /**
   * The classifier with a new head; shares the old layers.
   *
   * @param classifier of any origin
   * @throws dev.fovea.engine.graph.GraphException if its head is not found
   */
  public static Graph network(Graph classifier, int classes, long seed) {
    return TransferLearning.withHead(TransferLearning.features(classifier), classes, seed);
  }

  /** Options of the training; backend, threads and checkpoint can be changed. */
  public TrainerOptions options(Graph network, long seed, boolean validated) {
    TrainerOptions o =
        TrainerOptions.defaults(Classifier.scores(network).name(), epochs, batchSize, rate, seed)
            .withRegularizer(Regularizer.l2(L2))
            .withGroups(groups(network));
    return validated ? o.withMonitor(ClassifierRecipe.MONITOR, 0) : o;
  }

  /** Rates of the old layers; none where they are no part of what is trained. */
  private ParameterGroup[] groups(Graph network) {
    if (freeze.equals(FEATURES)) {
      return new ParameterGroup[0];
    }
    List<String> frozen =
        freeze.equals(NOTHING) ? List.of() : TransferLearning.parametersUpTo(network, freeze);
    return TransferLearning.features(network).parameters().stream()
        .map(Value::name)
        .map(n -> new ParameterGroup(n, frozen.contains(n) ? 0 : fineTuneRate))
        .toArray(ParameterGroup[]::new);
  }

  /**
   * Prepares a training. With frozen features this runs the network on all images first, and images
   * are not augmented.
   *
   * @param network from {@link #network}; changed in place
   * @param validation images to choose the epoch by, or null for none
   * @throws java.util.concurrent.CancellationException if the listener says so
   */
  public Trainer trainer(
      Graph network,
      Preprocessing preprocessing,
      ClassificationDataset data,
      ClassificationDataset validation,
      TrainingListener listener,
      TrainerOptions options) {
    SessionOptions inference =
        SessionOptions.inference().on(options.backend()).withThreads(options.threads());
    if (freeze.equals(FEATURES)) {
      Graph features = TransferLearning.features(network);
      FeatureVectors old =
          validation == null
              ? null
              : vectors(features, preprocessing, validation, inference, listener);
      return trainer(
          TransferLearning.after(network, features.outputs().get(0).name()),
          vectors(features, preprocessing, data, inference, listener),
          old == null ? null : old.validator(inference),
          listener,
          options);
    }
    return trainer(
        network,
        samples.samples(data, preprocessing),
        validation == null
            ? null
            : new ClassificationTraining(validation, preprocessing, Augmentation.NONE)
                .validator(options.backend(), options.threads()),
        listener,
        options);
  }

  private static FeatureVectors vectors(
      Graph features,
      Preprocessing preprocessing,
      ClassificationDataset data,
      SessionOptions options,
      TrainingListener listener) {
    return FeatureVectors.of(
        features,
        new ClassificationTraining(data, preprocessing, Augmentation.NONE),
        options,
        listener::cancelled);
  }

  private Trainer trainer(
      Graph graph,
      TrainingData data,
      Validator validator,
      TrainingListener listener,
      TrainerOptions options) {
    return new Trainer(
        graph, data, loss, new Sgd(Optimizers.MOMENTUM), validator, listener, options);
  }
}
