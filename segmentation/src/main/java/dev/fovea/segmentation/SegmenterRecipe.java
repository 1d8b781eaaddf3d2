package dev.fovea.segmentation;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.image.Augmentation;
import dev.fovea.engine.image.data.SegmentationDataset;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.train.Adam;
import dev.fovea.engine.train.Averaging;
import dev.fovea.engine.train.Schedule;
import dev.fovea.engine.train.SoftmaxCrossEntropy;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.train.TrainingListener;
import dev.fovea.engine.train.Validator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * How a segmenter is trained unless somebody says otherwise: a {@link UNet} on augmented patches of
 * images that are stretched between their own percentiles, Adam, a warm-up and a cosine; the epoch
 * of the best {@code ap50} on the validation images is kept. Immutable.
 *
 * @param width channels of the U-Net at full size
 * @param depth number of poolings
 * @param maxWidth most channels anywhere
 * @param patch side of the training patches in pixels, a multiple of {@code 2^depth}
 * @param epochs passes over the patches
 * @param batchSize patches a step
 * @param rate base learning rate
 */
public record SegmenterRecipe(
    int width, int depth, int maxWidth, int patch, int epochs, int batchSize, double rate) {

  /** The recipe of the built-in models. */
  public static final SegmenterRecipe DEFAULT = new SegmenterRecipe(16, 4, 96, 128, 40, 8, 0.003);

  /**
   * Percentiles of the whole image, since microscopes have no common scale: the darkest half
   * percent becomes 0, the brightest of five thousand pixels 1. With a lower upper percentile
   * bright objects that touch lose the seam between them: all their pixels become 1. Bright grounds
   * are turned dark: most data sets hold few stained images, too few to learn them apart.
   */
  public static final Preprocessing PREPROCESSING =
      Preprocessing.percentileDarkGround(Preprocessing.Channels.RGB, 0.5f, 99.98f);

  /** All orientations, objects of 0.65 to 1.5 times the size, other light and stain. */
  public static final Augmentation AUGMENTATION =
      new Augmentation(true, 15, 0.65, 1.5, 0, 0.05, 0.2, 0.7, 0.03, 0.2);

  private static final double BORDER_WEIGHT = 10;
  private static final double WARM_UP = 0.03;

  /** Of the weights' average: some hundred steps, which even out what single batches leave. */
  private static final double AVERAGING = 0.998;

  /** Name of the validation figure that decides which epoch is kept. */
  public static final String MONITOR = "ap50";

  /** Checks what the network cannot check. */
  public SegmenterRecipe {
    if (patch < 1 || patch % (1 << depth) != 0) {
      throw new IllegalArgumentException(
          "patch: expected a multiple of " + (1 << depth) + " pixels, found " + patch);
    }
  }

  /** A new network. */
  public Graph network(long seed) {
    return new UNet(
            PREPROCESSING.channels().count(),
            ClassMaps.NAMES.size(),
            width,
            depth,
            maxWidth,
            UNet.Upsampling.BILINEAR)
        .build(seed);
  }

  /** The card of a network of this recipe, without provenance. */
  public static ModelCard card(String name) {
    return new ModelCard(
        name, ModelCard.Task.SEGMENTATION, ClassMaps.NAMES, PREPROCESSING, Map.of());
  }

  /** Options of the training; backend, threads and checkpoint can be changed. */
  public TrainerOptions options(long seed, boolean validated) {
    TrainerOptions o =
        TrainerOptions.defaults(UNet.LOGITS, epochs, batchSize, rate, seed)
            .withSchedule(Schedule.cosine().withWarmUp(WARM_UP))
            .withAveraging(Averaging.ema(AVERAGING));
    return validated ? o.withMonitor(MONITOR, 0) : o;
  }

  /**
   * Prepares a training.
   *
   * @param graph from {@link #network}; changed in place
   * @param validation images to choose the epoch by, or null for none
   * @throws IOException if a training image cannot be read
   */
  public Trainer trainer(
      Graph graph,
      SegmentationDataset data,
      SegmentationDataset validation,
      TrainingListener listener,
      TrainerOptions options)
      throws IOException {
    SegmentationTraining patches =
        new SegmentationTraining(
            data, PREPROCESSING, patch, AUGMENTATION, BORDER_WEIGHT, options.threads());
    return new Trainer(
        graph,
        patches,
        new SoftmaxCrossEntropy(),
        new Adam(),
        validation == null ? null : validator(validation, options),
        listener,
        options);
  }

  private static Validator validator(SegmentationDataset data, TrainerOptions options) {
    SessionOptions session =
        SessionOptions.inference().on(options.backend()).withThreads(options.threads());
    return graph -> {
      try {
        Segmenter segmenter = Segmenter.of(graph, card("validated"), session);
        return SegmentationEvaluation.of(segmenter, data, Progress.NONE).figures();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }
}
