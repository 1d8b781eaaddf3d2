package dev.fovea.engine.train;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * How to train. Immutable; start from {@link #defaults} and change what differs.
 *
 * @param output name of the graph's value the loss looks at, usually the logits
 * @param epochs passes over the data
 * @param batchSize samples a step
 * @param rate base learning rate
 * @param seed decides order, augmentation and masks
 * @param updates how gradients become changes of the parameters
 * @param execution where to run; does not change the result
 * @param checkpoints where to keep the state
 * @param selection which epoch is the result
 */
public record TrainerOptions(
    String output,
    int epochs,
    int batchSize,
    double rate,
    long seed,
    Updates updates,
    Execution execution,
    Checkpoints checkpoints,
    Selection selection) {

  /**
   * How gradients become changes of the parameters.
   *
   * @param optimizer makes one to be used in place of the trainer's; null for the trainer's
   * @param schedule learning rate over time
   * @param regularizer keeps weights small
   * @param clipping keeps gradients small
   * @param groups parameters with rates of their own; the first group that has one counts
   * @param averaging which average of the weights is validated and kept
   */
  public record Updates(
      Supplier<Optimizer> optimizer,
      Schedule schedule,
      Regularizer regularizer,
      Clipping clipping,
      List<ParameterGroup> groups,
      Averaging averaging) {

    /** Checks that nothing is missing. */
    public Updates {
      Objects.requireNonNull(schedule, "schedule");
      Objects.requireNonNull(regularizer, "regularizer");
      Objects.requireNonNull(clipping, "clipping");
      Objects.requireNonNull(averaging, "averaging");
      groups = List.copyOf(groups);
    }

    /** In one line: a checkpoint belongs to it. */
    String describe() {
      return String.join(
          " ",
          "schedule=" + schedule.describe(),
          regularizer.describe(),
          clipping.toString(),
          groups.toString(),
          averaging.toString());
    }
  }

  /**
   * Where to run.
   *
   * @param backend whose kernels
   * @param threads how many threads to use
   */
  public record Execution(Backend backend, int threads) {

    /** Checks the ranges. */
    public Execution {
      Objects.requireNonNull(backend, "backend");
      if (threads < 1) {
        throw new IllegalArgumentException("threads: expected at least 1, found " + threads);
      }
    }
  }

  /**
   * Where to keep the state of the training.
   *
   * @param file to keep it in, or null for none
   * @param seconds how long to train at most between two checkpoints; one is written after each
   *     epoch in any case
   * @param resume whether to go on from the file if it exists
   */
  public record Checkpoints(Path file, double seconds, boolean resume) {}

  /**
   * Which epoch is the result.
   *
   * @param monitor name of the validation figure whose best epoch is kept, higher is better; null
   *     to keep the last epoch
   * @param patience end after so many epochs without a better figure; 0 for never
   */
  public record Selection(String monitor, int patience) {

    /** Checks the range. */
    public Selection {
      if (patience < 0) {
        throw new IllegalArgumentException("patience: expected at least 0, found " + patience);
      }
    }
  }

  /** Checks the ranges. */
  public TrainerOptions {
    Objects.requireNonNull(output, "output");
    Objects.requireNonNull(updates, "updates");
    Objects.requireNonNull(execution, "execution");
    Objects.requireNonNull(checkpoints, "checkpoints");
    Objects.requireNonNull(selection, "selection");
    if (epochs < 1 || batchSize < 1 || !(rate > 0)) {
      throw new IllegalArgumentException(
          "expected epochs and batch size >= 1, learning rate > 0; found "
              + epochs
              + ", "
              + batchSize
              + ", "
              + rate);
    }
  }

  /** Cosine schedule, plain updates, default backend, no checkpoint, the last epoch kept. */
  public static TrainerOptions defaults(
      String output, int epochs, int batchSize, double rate, long seed) {
    return new TrainerOptions(
        output,
        epochs,
        batchSize,
        rate,
        seed,
        new Updates(
            null,
            Schedule.cosine(),
            Regularizer.none(),
            Clipping.none(),
            List.of(),
            Averaging.none()),
        new Execution(Backends.defaultBackend(), Backends.defaultThreads()),
        new Checkpoints(null, 60, false),
        new Selection(null, 0));
  }

  /** The backend it runs on. */
  public Backend backend() {
    return execution.backend();
  }

  /** The number of threads it runs with. */
  public int threads() {
    return execution.threads();
  }

  /** A copy with an optimizer of its own, in place of the one that the trainer is given. */
  public TrainerOptions withOptimizer(Supplier<Optimizer> o) {
    Updates u = updates;
    return with(new Updates(o, u.schedule, u.regularizer, u.clipping, u.groups, u.averaging));
  }

  /** A copy with a schedule. */
  public TrainerOptions withSchedule(Schedule s) {
    Updates u = updates;
    return with(new Updates(u.optimizer, s, u.regularizer, u.clipping, u.groups, u.averaging));
  }

  /** A copy with a penalty. */
  public TrainerOptions withRegularizer(Regularizer r) {
    Updates u = updates;
    return with(new Updates(u.optimizer, u.schedule, r, u.clipping, u.groups, u.averaging));
  }

  /** A copy that clips gradients. */
  public TrainerOptions withClipping(Clipping c) {
    Updates u = updates;
    return with(new Updates(u.optimizer, u.schedule, u.regularizer, c, u.groups, u.averaging));
  }

  /** A copy in which some parameters have rates of their own, or are frozen. */
  public TrainerOptions withGroups(ParameterGroup... groups) {
    Updates u = updates;
    return with(
        new Updates(
            u.optimizer, u.schedule, u.regularizer, u.clipping, List.of(groups), u.averaging));
  }

  /** A copy that validates and keeps an average of the weights. */
  public TrainerOptions withAveraging(Averaging a) {
    Updates u = updates;
    return with(new Updates(u.optimizer, u.schedule, u.regularizer, u.clipping, u.groups, a));
  }

  /** A copy with other updates. */
  public TrainerOptions with(Updates u) {
    return new TrainerOptions(
        output, epochs, batchSize, rate, seed, u, execution, checkpoints, selection);
  }

  /** A copy on a backend with a number of threads. */
  public TrainerOptions on(Backend backend, int threads) {
    Execution e = new Execution(backend, threads);
    return new TrainerOptions(
        output, epochs, batchSize, rate, seed, updates, e, checkpoints, selection);
  }

  /** A copy that keeps its state in a file, at least as often as said, and may go on from it. */
  public TrainerOptions withCheckpoint(Path file, double seconds, boolean resume) {
    Checkpoints c = new Checkpoints(file, seconds, resume);
    return new TrainerOptions(
        output, epochs, batchSize, rate, seed, updates, execution, c, selection);
  }

  /** A copy that keeps the epoch with the best figure and may stop early. */
  public TrainerOptions withMonitor(String figure, int patience) {
    Selection s = new Selection(figure, patience);
    return new TrainerOptions(
        output, epochs, batchSize, rate, seed, updates, execution, checkpoints, s);
  }
}
