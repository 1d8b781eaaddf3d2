package dev.fovea.engine.kernel;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Runs numbered tasks on at most a given number of threads, the caller included. Thread-safe; all
 * instances share one pool of daemon threads that grows on demand and shrinks when idle.
 *
 * <p>The number of tasks must not depend on the number of threads, nor the order of any sum on
 * which thread ran a task: then results are the same bits for any limit.
 */
public final class Parallel {

  private static final ExecutorService POOL =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> {
            Thread t = new Thread(task, "fovea-worker");
            t.setDaemon(true);
            return t;
          });

  private final int threads;
  private final AtomicInteger freeHelpers;

  /**
   * A limit on threads.
   *
   * @param threads at most so many work at a time, the caller included; at least 1
   */
  public Parallel(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: expected at least 1, found " + threads);
    }
    this.threads = threads;
    this.freeHelpers = new AtomicInteger(threads - 1);
  }

  /** The limit. */
  public int threads() {
    return threads;
  }

  /**
   * Runs {@code body} for {@code 0 .. tasks-1} and returns when all are done. The first exception
   * of a task is thrown here, after the others have come to an end; tasks not yet started are
   * skipped.
   */
  public void run(int tasks, IntConsumer body) {
    if (threads == 1 || tasks <= 1) {
      for (int i = 0; i < tasks; i++) {
        body.accept(i);
      }
      return;
    }
    Job job = new Job(tasks, body, Thread.currentThread());
    try {
      int helpers = Math.min(threads, tasks) - 1;
      for (int h = 0; h < helpers && takeHelper(); h++) {
        startHelper(job);
      }
      job.work();
    } finally {
      job.finish();
    }
    job.throwFailure();
  }

  private void startHelper(Job job) {
    boolean started = false;
    try {
      POOL.execute(() -> help(job));
      started = true;
    } finally {
      if (!started) {
        freeHelpers.incrementAndGet();
      }
    }
  }

  // A helper that is still on its way, on a busy machine, is not replaced by one more thread.
  private boolean takeHelper() {
    return freeHelpers.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
  }

  private void help(Job job) {
    try {
      if (job.enter()) {
        try {
          job.work();
        } finally {
          job.leave();
        }
      }
    } finally {
      freeHelpers.incrementAndGet();
    }
  }

  /** The tasks of one call, and who works on them. */
  private static final class Job {

    // Added to the number of helpers at work once no more may begin.
    private static final int CLOSED = Integer.MIN_VALUE;
    private static final int SPINS = 1000;

    private final int tasks;
    private final IntConsumer body;
    private final Thread caller;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger helpers = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Job(int tasks, IntConsumer body, Thread caller) {
      this.tasks = tasks;
      this.body = body;
      this.caller = caller;
    }

    void work() {
      int i;
      while (failure.get() == null && (i = next.getAndIncrement()) < tasks) {
        try {
          body.accept(i);
        } catch (RuntimeException | Error e) {
          failure.compareAndSet(null, e);
        }
      }
    }

    /** Whether a helper may begin: not if the caller has done everything in the meantime. */
    boolean enter() {
      return helpers.getAndUpdate(n -> n < 0 ? n : n + 1) >= 0;
    }

    void leave() {
      if (helpers.decrementAndGet() == CLOSED) {
        LockSupport.unpark(caller);
      }
    }

    /**
     * Waits for the helpers at work, but not for those that have not begun. Helpers write into the
     * caller's arrays: returning before they end, even when interrupted, would let them scribble
     * over memory that has been handed on. The interrupt is kept for the caller.
     */
    void finish() {
      helpers.addAndGet(CLOSED);
      // The last tasks mostly end within microseconds of each other; sleeping takes longer.
      for (int i = 0; i < SPINS && helpers.get() != CLOSED; i++) {
        Thread.onSpinWait();
      }
      boolean interrupted = false;
      while (helpers.get() != CLOSED) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    void throwFailure() {
      Throwable t = failure.get();
      if (t instanceof Error e) {
        throw e;
      }
      if (t != null) {
        throw (RuntimeException) t;
      }
    }
  }
}
