package dev.fovea.detection.train;

import dev.fovea.detection.Detector;
import dev.fovea.detection.data.PictureSet;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.train.AdamW;
import dev.fovea.engine.train.Averaging;
import dev.fovea.engine.train.Clipping;
import dev.fovea.engine.train.Schedule;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.train.TrainingListener;
import dev.fovea.engine.train.Validator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * How a detector is trained unless somebody says otherwise: AdamW with a warm-up and a cosine,
 * clipped gradients, an exponential average of the weights; the epoch of the best {@code AP50} on
 * the validation pictures is kept. Checkpoints, resuming, cancelling and the guard against
 * divergence are those of {@link Trainer}. Immutable.
 *
 * @param design network and losses
 * @param augmentation of the pictures
 */
public record DetectionTrainer(DetectorDesign design, BoxAugmentation augmentation) {
  private static final double WARM_UP = 0.05;
  private static final double DECAY = 0.05;
  private static final double LARGEST_NORM = 10;

  /** Of the weights' average: some hundred steps. */
  private static final double AVERAGING = 0.998;

  /** Options of the training; backend, threads, checkpoint and updates can be changed. */
  public TrainerOptions options(
      int epochs, int batchSize, double rate, long seed, boolean validated) {
    TrainerOptions options =
        TrainerOptions.defaults("", epochs, batchSize, rate, seed)
            .withSchedule(Schedule.cosine().withWarmUp(WARM_UP))
            .withClipping(Clipping.byGlobalNorm(LARGEST_NORM))
            .withAveraging(Averaging.ema(AVERAGING));
    return validated ? options.withMonitor(DetectorEvaluation.AP50, 0) : options;
  }

  /**
   * Prepares a training.
   *
   * @param graph from the design; changed in place
   * @param validation pictures to choose the epoch by, of the same classes; null for none
   * @throws IOException if a picture cannot be read
   * @throws IllegalArgumentException if there are no pictures or no objects
   */
  public Trainer trainer(
      Graph graph,
      PictureSet training,
      PictureSet validation,
      TrainingListener listener,
      TrainerOptions options)
      throws IOException {
    List<String> classes = training.data().classes();
    if (classes.isEmpty()) {
      throw new IllegalArgumentException(
          training.folder() + ": found no objects, expected boxes with classes");
    }
    ModelCard card = design.card("validated", classes);
    DetectionSamples samples =
        new DetectionSamples(training, card.preprocessing(), augmentation, options.threads());
    return new Trainer(
        graph,
        samples,
        design.learner(classes.size()),
        new AdamW(DECAY),
        validation == null ? null : validator(card, validation, options),
        listener,
        options);
  }

  private static Validator validator(ModelCard card, PictureSet set, TrainerOptions options) {
    SessionOptions session =
        SessionOptions.inference().on(options.backend()).withThreads(options.threads());
    return graph -> {
      try {
        Detector detector = Detector.of(graph, card, g -> Passes.open(g, session));
        return DetectorEvaluation.of(detector, set, () -> false).figures();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }
}
