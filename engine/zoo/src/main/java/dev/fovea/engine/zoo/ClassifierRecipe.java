package dev.fovea.engine.zoo;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.image.Augmentation;
import dev.fovea.engine.image.data.ClassificationDataset;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.train.Learner;
import dev.fovea.engine.train.Loss;
import dev.fovea.engine.train.Optimizers;
import dev.fovea.engine.train.Regularizer;
import dev.fovea.engine.train.SessionLearner;
import dev.fovea.engine.train.Sgd;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.train.TrainingListener;
import dev.fovea.engine.train.Validator;
import dev.fovea.engine.zoo.architecture.Architecture;

/**
 * How a classifier is trained unless somebody says otherwise: SGD with momentum 0.9, L2 penalty, a
 * cosine; the epoch of the best validation accuracy is kept. Immutable.
 *
 * @param architecture the network
 * @param epochs passes over the images
 * @param batchSize images a step
 * @param rate base learning rate
 * @param samples what is made of the images
 * @param loss of the class scores
 */
public record ClassifierRecipe(
    Architecture architecture,
    int epochs,
    int batchSize,
    double rate,
    SampleRecipe samples,
    Loss loss) {

  /** Small changes that leave even a 6 a 6: no flips. */
  public static final Augmentation AUGMENTATION =
      new Augmentation(false, 10, 0.9, 1.1, 0.07, 0, 0, 0, 0);

  /** Name of the validation figure that decides which epoch is kept. */
  public static final String MONITOR = "accuracy";

  private static final double L2 = 5e-4;

  /** With slightly turned, scaled and shifted images and the cross-entropy. */
  public ClassifierRecipe(Architecture architecture, int epochs, int batchSize, double rate) {
    this(
        architecture,
        epochs,
        batchSize,
        rate,
        SampleRecipe.of(AugmentationPreset.DIGITS),
        new SoftmaxCrossEntropy());
  }

  /** The default recipe for an architecture. */
  public static ClassifierRecipe of(Architecture architecture) {
    return new ClassifierRecipe(architecture, 12, 64, 0.02);
  }

  /**
   * Preprocessing for images like the given one: grey or colour as it is, stretched to the
   * network's size, values divided by their maximum.
   *
   * @param channels of the images, 1 or 3
   */
  public Preprocessing preprocessing(int channels) {
    return preprocessing(channels, architecture.inputSize());
  }

  /**
   * As {@link #preprocessing(int)}, for a network of another size.
   *
   * @param channels of the images, 1 or 3
   * @param size input width and height in pixels
   */
  public static Preprocessing preprocessing(int channels, int size) {
    return Preprocessing.unit(
        channels == 1 ? Preprocessing.Channels.GREY : Preprocessing.Channels.RGB,
        size,
        size,
        Preprocessing.Resize.STRETCH);
  }

  /** A new network, with what only training needs. */
  public Graph network(Preprocessing preprocessing, int classes, long seed) {
    return architecture.buildForTraining(
        preprocessing.channels().count(),
        preprocessing.height(),
        preprocessing.width(),
        classes,
        seed);
  }

  /** Options of the training; backend, threads and checkpoint can be changed. */
  public TrainerOptions options(long seed, boolean validated) {
    TrainerOptions o =
        TrainerOptions.defaults(architecture.trainingOutput(), epochs, batchSize, rate, seed)
            .withRegularizer(Regularizer.l2(L2));
    return validated ? o.withMonitor(MONITOR, 0) : o;
  }

  /**
   * Prepares a training.
   *
   * @param graph from {@link #network}; changed in place
   * @param validation images to choose the epoch by, or null for none
   */
  public Trainer trainer(
      Graph graph,
      Preprocessing preprocessing,
      ClassificationDataset data,
      ClassificationDataset validation,
      TrainingListener listener,
      TrainerOptions options) {
    Validator validator =
        validation == null
            ? null
            : new ClassificationTraining(validation, preprocessing, Augmentation.NONE)
                .validator(options.backend(), options.threads());
    return trainer(graph, preprocessing, data, learner(), validator, listener, options);
  }

  /** Opens what learns to tell the classes of the samples. */
  public Learner.Opening learner() {
    Loss trained = architecture.loss(loss);
    return SessionLearner.opening(
        SessionLearner.Objective.of(trained), trained.describe(), architecture.trainingOutput());
  }

  /**
   * Prepares a training of something more, such as against attacks.
   *
   * @param graph from {@link #network}; changed in place
   * @param learner opens what is trained, such as something around {@link #learner()}
   * @param validator measures the figure to choose the epoch by
   */
  public Trainer trainer(
      Graph graph,
      Preprocessing preprocessing,
      ClassificationDataset data,
      Learner.Opening learner,
      Validator validator,
      TrainingListener listener,
      TrainerOptions options) {
    return new Trainer(
        graph,
        samples.samples(data, preprocessing),
        learner,
        new Sgd(Optimizers.MOMENTUM),
        validator,
        listener,
        options);
  }
}
