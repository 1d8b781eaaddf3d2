package dev.fovea.engine.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.BatchLoader.Batch;
import dev.fovea.engine.train.BatchLoader.Plan;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchLoaderTest {

  /** Each sample tells its index and seed. */
  private static class Telling implements TrainingData {
    final Set<Integer> made = ConcurrentHashMap.newKeySet();
    final AtomicInteger calls = new AtomicInteger();

    @Override
    public int size() {
      return 1000;
    }

    @Override
    public Shape inputShape() {
      return Shape.of(2);
    }

    @Override
    public Shape targetShape() {
      return Shape.SCALAR;
    }

    @Override
    public boolean weighted() {
      return true;
    }

    @Override
    public void sample(int index, long seed, Tensor input, Tensor target, Tensor weight) {
      input.array()[input.offset()] = index;
      input.array()[input.offset() + 1] = seed;
      target.fill(-index);
      weight.fill(seed + 0.5f);
      calls.incrementAndGet();
      made.add(index);
    }
  }

  private static Plan plan(int number) {
    return new Plan(number, i -> 10 * number + i, i -> 7L * number + i);
  }

  private static void check(Batch batch, int number) {
    for (int i = 0; i < 3; i++) {
      assertEquals(10 * number + i, batch.input().get(2 * i));
      assertEquals(7 * number + i, batch.input().get(2 * i + 1));
      assertEquals(-10 * number - i, batch.target().get(i));
      assertEquals(7 * number + i + 0.5f, batch.weights().get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void batchesComeInOrderWhateverTheThreads(int threads) {
    try (BatchLoader loader = new BatchLoader(new Telling(), 3, threads)) {
      for (int n = 0; n < 50; n++) {
        check(loader.load(plan(n), n < 49 ? plan(n + 1) : null), n);
      }
    }
  }

  @Test
  void theNextBatchIsMadeWhileTheLastIsUsed() throws InterruptedException {
    CountDownLatch ready = new CountDownLatch(3);
    Telling data =
        new Telling() {
          @Override
          public void sample(int index, long seed, Tensor input, Tensor target, Tensor weight) {
            super.sample(index, seed, input, target, weight);
            if (index >= 10) {
              ready.countDown();
            }
          }
        };
    try (BatchLoader loader = new BatchLoader(data, 3, 2)) {
      Batch first = loader.load(plan(0), plan(1));
      assertTrue(ready.await(30, TimeUnit.SECONDS), "nobody made the next batch");
      check(first, 0);
      check(loader.load(plan(1), null), 1);
    }
    assertEquals(6, data.calls.get(), "no sample is made twice");
  }

  @Test
  void oneThreadMakesNothingAhead() {
    Telling data = new Telling();
    try (BatchLoader loader = new BatchLoader(data, 3, 1)) {
      loader.load(plan(0), plan(1));
    }
    assertFalse(data.made.contains(10));
  }

  @Test
  void aPlanThatChangesIsMadeAnew() {
    try (BatchLoader loader = new BatchLoader(new Telling(), 3, 2)) {
      loader.load(plan(0), plan(1));
      check(loader.load(plan(5), plan(6)), 5);
      check(loader.load(plan(6), null), 6);
    }
  }

  @Test
  void twoBuffersAreUsedInTurn() {
    try (BatchLoader loader = new BatchLoader(new Telling(), 3, 2)) {
      Batch a = loader.load(plan(0), plan(1));
      Batch b = loader.load(plan(1), plan(2));
      assertNotSame(a, b);
      assertSame(a, loader.load(plan(2), null));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void errorsArriveWithTheirBatch(int threads) {
    Telling data =
        new Telling() {
          @Override
          public void sample(int index, long seed, Tensor input, Tensor target, Tensor weight) {
            if (index == 11) {
              throw new IllegalStateException("sample 11");
            }
            super.sample(index, seed, input, target, weight);
          }
        };
    try (BatchLoader loader = new BatchLoader(data, 3, threads)) {
      check(loader.load(plan(0), plan(1)), 0);
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> loader.load(plan(1), plan(2)));
      assertEquals("sample 11", e.getMessage());
      check(loader.load(plan(2), null), 2);
      // What fails and is not wanted does not matter.
      loader.load(plan(0), plan(1));
    }
  }

  @Test
  void afterClosingNoSampleIsMade() {
    Telling data = new Telling();
    try (BatchLoader loader = new BatchLoader(data, 3, 2)) {
      loader.load(plan(0), plan(1));
    }
    assertEquals(6, data.calls.get());
  }

  @Test
  void anInterruptIsKeptAndChangesNothing() {
    try (BatchLoader loader = new BatchLoader(new Telling(), 3, 2)) {
      loader.load(plan(0), plan(1));
      Thread.currentThread().interrupt();
      check(loader.load(plan(1), null), 1);
      assertTrue(Thread.interrupted());
    }
  }
}
