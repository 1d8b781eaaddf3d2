package dev.fovea.engine.kernel;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/**
 * Runs numbered tasks on at most a given number of threads, the caller included. Immutable and
 * thread-safe; all instances share one pool of daemon threads that grows on demand and shrinks when
 * idle.
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
    int helpers = Math.min(threads, tasks) - 1;
    if (helpers <= 0) {
      for (int i = 0; i < tasks; i++) {
        body.accept(i);
      }
      return;
    }
    AtomicInteger next = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(helpers);
    Runnable loop =
        () -> {
          int i;
          while (failure.get() == null && (i = next.getAndIncrement()) < tasks) {
            try {
              body.accept(i);
            } catch (RuntimeException | Error e) {
              failure.compareAndSet(null, e);
            }
          }
        };
    for (int h = 0; h < helpers; h++) {
      POOL.execute(
          () -> {
            loop.run();
            done.countDown();
          });
    }
    loop.run();
    awaitUninterruptibly(done);
    Throwable t = failure.get();
    if (t instanceof Error e) {
      throw e;
    }
    if (t != null) {
      throw (RuntimeException) t;
    }
  }

  // Helpers write into the caller's arrays: returning before they end, even when interrupted, would
  // let them scribble over memory that has been handed on. The interrupt is kept for the caller.
  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
