package dev.fovea.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
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

  @Test
  void tasksRunSideBySide() {
    CountDownLatch both = new CountDownLatch(2);
    new Parallel(2)
        .run(
            2,
            i -> {
              both.countDown();
              try {
                // Ends only if the other task runs at the same time.
                both.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    assertEquals(0, both.getCount());
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
