package dev.fovea.engine.train;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import java.nio.file.Path;
import java.util.Objects;

/**
 * How to train. Immutable; start from {@link #defaults} and change what differs.
 *
 * @param output name of the graph's value the loss looks at, usually the logits
 * @param epochs passes over the data
 * @param batchSize samples a step
 * @param rate base learning rate
 * @param schedule learning rate over time
 * @param regularizer penalty on weights
 * @param seed decides order, augmentation and masks
 * @param backend where to run
 * @param threads how many threads to use; does not change the result
 * @param checkpoint file to keep the state in, or null for none
 * @param checkpointSeconds how long to train at most between two checkpoints; one is written after
 *     each epoch in any case
 * @param resume whether to go on from the checkpoint if it exists
 * @param monitor name of the validation figure whose best epoch is kept, higher is better; null to
 *     keep the last epoch
 * @param patience end after so many epochs without a better figure; 0 for never
 */
public record TrainerOptions(
    String output,
    int epochs,
    int batchSize,
    double rate,
    Schedule schedule,
    Regularizer regularizer,
    long seed,
    Backend backend,
    int threads,
    Path checkpoint,
    double checkpointSeconds,
    boolean resume,
    String monitor,
    int patience) {

  /** Checks the ranges. */
  public TrainerOptions {
    Objects.requireNonNull(output, "output");
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(regularizer, "regularizer");
    Objects.requireNonNull(backend, "backend");
    if (epochs < 1 || batchSize < 1 || !(rate > 0) || threads < 1 || patience < 0) {
      throw new IllegalArgumentException(
          "expected epochs, batch size and threads >= 1, learning rate > 0, patience >= 0; found "
              + epochs
              + ", "
              + batchSize
              + ", "
              + threads
              + ", "
              + rate
              + ", "
              + patience);
    }
  }

  /** Cosine schedule, no penalty, default backend, no checkpoint. */
  public static TrainerOptions defaults(
      String output, int epochs, int batchSize, double rate, long seed) {
    return new TrainerOptions(
        output,
        epochs,
        batchSize,
        rate,
        Schedule.cosine(),
        Regularizer.none(),
        seed,
        Backends.defaultBackend(),
        Backends.defaultThreads(),
        null,
        60,
        false,
        null,
        0);
  }

  /** A copy with a schedule. */
  public TrainerOptions withSchedule(Schedule s) {
    return new TrainerOptions(
        output,
        epochs,
        batchSize,
        rate,
        s,
        regularizer,
        seed,
        backend,
        threads,
        checkpoint,
        checkpointSeconds,
        resume,
        monitor,
        patience);
  }

  /** A copy with a penalty. */
  public TrainerOptions withRegularizer(Regularizer r) {
    return new TrainerOptions(
        output,
        epochs,
        batchSize,
        rate,
        schedule,
        r,
        seed,
        backend,
        threads,
        checkpoint,
        checkpointSeconds,
        resume,
        monitor,
        patience);
  }

  /** A copy on a backend with a number of threads. */
  public TrainerOptions on(Backend b, int n) {
    return new TrainerOptions(
        output,
        epochs,
        batchSize,
        rate,
        schedule,
        regularizer,
        seed,
        b,
        n,
        checkpoint,
        checkpointSeconds,
        resume,
        monitor,
        patience);
  }

  /** A copy that keeps its state in a file, at least as often as said, and may go on from it. */
  public TrainerOptions withCheckpoint(Path file, double seconds, boolean resumeFromIt) {
    return new TrainerOptions(
        output,
        epochs,
        batchSize,
        rate,
        schedule,
        regularizer,
        seed,
        backend,
        threads,
        file,
        seconds,
        resumeFromIt,
        monitor,
        patience);
  }

  /** A copy that keeps the epoch with the best figure and may stop early. */
  public TrainerOptions withMonitor(String figure, int patienceEpochs) {
    return new TrainerOptions(
        output,
        epochs,
        batchSize,
        rate,
        schedule,
        regularizer,
        seed,
        backend,
        threads,
        checkpoint,
        checkpointSeconds,
        resume,
        figure,
        patienceEpochs);
  }
}
