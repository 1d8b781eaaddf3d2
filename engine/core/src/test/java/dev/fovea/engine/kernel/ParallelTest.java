package dev.fovea.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ParallelTest {

  @Test
  void runsEveryTaskOnce() {
    for (int threads : new int[] {1, 2, 3, 8}) {
      Parallel parallel = new Parallel(threads);
      for (int tasks : new int[] {0, 1, 2, 7, 1000}) {
        for (int repeat = 0; repeat < 50; repeat++) {
          AtomicIntegerArray runs = new AtomicIntegerArray(tasks);
          parallel.run(tasks, runs::incrementAndGet);
          for (int i = 0; i < tasks; i++) {
            assertEquals(1, runs.get(i), threads + " threads, task " + i + " of " + tasks);
          }
        }
      }
    }
  }

  @Test
  void usesAtMostTheGivenThreads() {
    Parallel parallel = new Parallel(3);
    AtomicInteger working = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    for (int repeat = 0; repeat < 200; repeat++) {
      parallel.run(
          20,
          i -> {
            most.accumulateAndGet(working.incrementAndGet(), Math::max);
            Thread.onSpinWait();
            working.decrementAndGet();
          });
    }
    assertTrue(most.get() <= 3, most + " threads");
  }

  // Ends only if all tasks run at the same time.
  private static void meet(Parallel parallel, int tasks) {
    CountDownLatch all = new CountDownLatch(tasks);
    parallel.run(
        tasks,
        i -> {
          all.countDown();
          try {
            all.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    assertEquals(0, all.getCount());
  }

  @Test
  void tasksRunSideBySideInOneRunAfterTheOther() {
    Parallel two = new Parallel(2);
    Parallel three = new Parallel(3);
    for (int i = 0; i < 5000; i++) {
      meet(two, 2);
      meet(three, 3);
    }
  }

  @Test
  void helpersThatFellAsleepComeAgain() {
    Parallel parallel = new Parallel(2);
    for (int pause = 0; pause < 30; pause++) {
      meet(parallel, 2);
      LockSupport.parkNanos(40_000L * pause);
    }
  }

  @Test
  void callersShareThePool() throws InterruptedException {
    List<Thread> callers = new ArrayList<>();
    AtomicInteger done = new AtomicInteger();
    for (int c = 0; c < 6; c++) {
      Parallel parallel = new Parallel(2);
      Thread caller =
          new Thread(
              () -> {
                for (int i = 0; i < 500; i++) {
                  meet(parallel, 2);
                }
                done.incrementAndGet();
              });
      callers.add(caller);
      caller.start();
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertEquals(6, done.get());
  }

  @Test
  void throwsTheFirstFailureAndCanBeUsedAgain() {
    for (int threads : new int[] {1, 4}) {
      Parallel parallel = new Parallel(threads);
      IllegalStateException failure = new IllegalStateException("task 5");
      AtomicInteger done = new AtomicInteger();
      RuntimeException thrown =
          assertThrows(
              IllegalStateException.class,
              () ->
                  parallel.run(
                      100_000,
                      i -> {
                        if (i == 5) {
                          throw failure;
                        }
                        done.incrementAndGet();
                      }));
      assertSame(failure, thrown);
      assertTrue(done.get() < 100_000, "tasks not yet started are skipped");
      AtomicInteger again = new AtomicInteger();
      parallel.run(10, i -> again.incrementAndGet());
      assertEquals(10, again.get());
    }
  }

  @Test
  void keepsTheInterruptForTheCaller() {
    Parallel parallel = new Parallel(4);
    AtomicInteger done = new AtomicInteger();
    Thread.currentThread().interrupt();
    parallel.run(1000, i -> done.incrementAndGet());
    assertTrue(Thread.interrupted());
    assertFalse(Thread.currentThread().isInterrupted());
    assertEquals(1000, done.get());
  }

  @Test
  void refusesLessThanOneThread() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new Parallel(0));
    assertEquals("threads: expected at least 1, found 0", e.getMessage());
  }
}
