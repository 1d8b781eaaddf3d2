package dev.fovea.engine.train;

import dev.fovea.engine.kernel.Parallel;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.IntToLongFunction;
import java.util.function.IntUnaryOperator;

/**
 * Makes batches of samples, the next one while the caller works with the last: reading and
 * augmenting images costs no time of a training then. Holds two batches at most. What is in a batch
 * does not depend on when it was made, as samples are pure functions. Not thread-safe.
 *
 * <p>With one thread nothing is made ahead: a second one would break the promise.
 */
final class BatchLoader implements AutoCloseable {

  /**
   * Which samples a batch has.
   *
   * @param number says which batch of a training it is; equal numbers mean equal batches
   * @param index the sample at each place
   * @param seed the seed at each place
   */
  record Plan(long number, IntUnaryOperator index, IntToLongFunction seed) {}

  /**
   * A batch; overwritten by the next but one.
   *
   * @param weights null if samples have none
   */
  record Batch(Tensor input, Tensor target, Tensor weights) {}

  /** A batch that is being made by a thread of its own. */
  private record Ahead(long number, FutureTask<Batch> task) {}

  private final TrainingData data;
  private final int size;
  private final int threads;
  private final Batch[] buffers = new Batch[2];
  private int used;
  private Ahead ahead;

  /**
   * A loader.
   *
   * @param size samples in a batch
   * @param threads how many threads make samples; does not change them
   */
  BatchLoader(TrainingData data, int size, int threads) {
    this.data = data;
    this.size = size;
    this.threads = threads;
  }

  /**
   * A batch; waits until it is there.
   *
   * @param plan of the batch
   * @param next of the batch that will be asked for afterwards, or null if none is to be made ahead
   * @throws RuntimeException or an error of a sample, no matter when it was made
   */
  Batch load(Plan plan, Plan next) {
    Batch batch = taken(plan);
    if (batch == null) {
      batch = make(plan, buffer(), threads);
    }
    if (next != null && threads > 1) {
      Batch into = buffer();
      FutureTask<Batch> task = new FutureTask<>(() -> make(next, into, threads - 1));
      ahead = new Ahead(next.number(), task);
      Thread thread = new Thread(task, "fovea-loader");
      thread.setDaemon(true);
      thread.start();
    }
    return batch;
  }

  /** The batch made ahead if it is the wanted one, else null; afterwards none is in the making. */
  private Batch taken(Plan plan) {
    if (ahead == null) {
      return null;
    }
    Ahead finished = ahead;
    ahead = null;
    boolean wanted = finished.number() == plan.number();
    try {
      Batch batch = finish(finished.task());
      return wanted ? batch : null;
    } catch (ExecutionException e) {
      if (!wanted) {
        return null;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      // Samples throw nothing else.
      throw (RuntimeException) e.getCause();
    }
  }

  /** Waits to the end even when interrupted: the thread writes into a buffer. */
  private static Batch finish(FutureTask<Batch> task) throws ExecutionException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Batch buffer() {
    used = 1 - used;
    if (buffers[used] == null) {
      buffers[used] =
          new Batch(
              Tensor.zeros(data.inputShape().under(size)),
              Tensor.zeros(data.targetShape().under(size)),
              data.weighted() ? Tensor.zeros(data.targetShape().under(size)) : null);
    }
    return buffers[used];
  }

  private Batch make(Plan plan, Batch into, int workers) {
    new Parallel(workers)
        .run(
            size,
            i ->
                data.sample(
                    plan.index().applyAsInt(i),
                    plan.seed().applyAsLong(i),
                    row(into.input(), i, data.inputShape()),
                    row(into.target(), i, data.targetShape()),
                    into.weights() == null ? null : row(into.weights(), i, data.targetShape())));
    return into;
  }

  private static Tensor row(Tensor batch, int i, Shape sample) {
    return Tensor.over(batch.storage(), batch.offset() + i * sample.size(), sample);
  }

  /**
   * Waits for the batch in the making, whose result and errors nobody wants: afterwards the data is
   * no longer touched.
   */
  @Override
  public void close() {
    if (ahead != null) {
      try {
        finish(ahead.task());
      } catch (ExecutionException e) {
        System.getLogger(BatchLoader.class.getName())
            .log(System.Logger.Level.DEBUG, "a batch that was no longer wanted", e);
      }
      ahead = null;
    }
  }
}
