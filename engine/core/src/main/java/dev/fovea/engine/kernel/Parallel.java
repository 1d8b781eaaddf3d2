package dev.fovea.engine.kernel;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
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

  // Helpers without work, the last to have had some first: it is the likeliest to be awake.
  private static final Deque<Helper> IDLE = new ConcurrentLinkedDeque<>();

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
    Job job = new Job(tasks, body, Thread.currentThread(), freeHelpers);
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
      Helper helper = IDLE.pollFirst();
      if (helper == null) {
        new Helper(job).start();
      } else {
        helper.give(job);
      }
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

  /**
   * A thread that works on one job after the other. Between them it stays awake for a while: the
   * next layer of a network mostly comes within microseconds, and to be woken takes as long as a
   * small layer does.
   */
  private static final class Helper extends Thread {

    // About a tenth of a millisecond.
    private static final int SPINS = 2000;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

    private volatile Job next;
    private volatile boolean asleep;

    Helper(Job first) {
      super("fovea-worker");
      setDaemon(true);
      next = first;
    }

    /** Hands over a job; only to a helper that was taken from those without work. */
    void give(Job job) {
      next = job;
      // It sets this before it looks for a job for the last time, so no job stays unseen.
      if (asleep) {
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      for (Job job = await(); job != null; job = await()) {
        next = null;
        job.help(this);
      }
    }

    /** Null if none came for long. */
    private Job await() {
      for (int i = 0; i < SPINS; i++) {
        Job job = next;
        if (job != null) {
          return job;
        }
        Thread.onSpinWait();
      }
      asleep = true;
      long start = System.nanoTime();
      // Once out of the deque, nobody else can hand over a job.
      while (next == null && !(System.nanoTime() - start > PATIENCE && IDLE.remove(this))) {
        LockSupport.parkNanos(this, PATIENCE);
        // A thread that is interrupted does not sleep; work that interrupts its own means itself.
        Thread.interrupted();
      }
      asleep = false;
      return next;
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
    private final AtomicInteger freeHelpers;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger helpers = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Job(int tasks, IntConsumer body, Thread caller, AtomicInteger freeHelpers) {
      this.tasks = tasks;
      this.body = body;
      this.caller = caller;
      this.freeHelpers = freeHelpers;
    }

    /** What a helper does, who is free again at the end. */
    void help(Helper helper) {
      boolean entered = enter();
      if (entered) {
        work();
      }
      // Before it leaves: the caller, who waits for that, must find it for the next job.
      IDLE.addFirst(helper);
      freeHelpers.incrementAndGet();
      if (entered) {
        leave();
      }
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

    // Whether a helper may begin: not if the caller has done everything in the meantime.
    private boolean enter() {
      return helpers.getAndUpdate(n -> n < 0 ? n : n + 1) >= 0;
    }

    private void leave() {
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
