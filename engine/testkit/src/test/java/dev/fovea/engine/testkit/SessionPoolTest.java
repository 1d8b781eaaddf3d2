package dev.fovea.engine.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.SessionPool;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.kernel.HostBackend;
import dev.fovea.engine.kernel.Kernels;
import dev.fovea.engine.nn.Initializer;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.GlobalAveragePool;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SessionPoolTest {

  /** The default backend, which counts the sessions that are opened on it. */
  private static final class CountingBackend extends HostBackend {
    private final Backend backend = Backends.defaultBackend();
    private final AtomicInteger opened = new AtomicInteger();

    @Override
    public Kernels kernels(int threads) {
      opened.incrementAndGet();
      return backend.kernels(threads);
    }

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public String description() {
      return name();
    }

    @Override
    public int priority() {
      return 0;
    }

    @Override
    public Optional<String> unavailableBecause() {
      return Optional.empty();
    }
  }

  private final CountingBackend backend = new CountingBackend();

  private SessionPool pool() {
    Graph.Builder b = new Graph.Builder("net");
    Layers layers = new Layers(b, 3);
    Value x = b.input("x", Shape.of(1, 2, 8, 8), "N", "", "H", "W");
    Value y = b.node("relu", new Relu(), layers.conv("conv", x, 5, 3, 1, 1, true));
    Value pooled = b.node("flat", new Flatten(1), b.node("pool", new GlobalAveragePool(), y));
    Graph g = b.build(layers.dense("dense", pooled, 4, Initializer.xavier()), y);
    return new SessionPool(g, SessionOptions.inference().on(backend));
  }

  private static Tensor image(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Shape s = Shape.of(1 + random.nextInt(2), 2, 5 + random.nextInt(3), 6);
    return InputSampler.uniform(s, -1, 1, random);
  }

  @Test
  void manyThreadsGiveTheBitsOfOne() throws Exception {
    SessionPool pool = pool();
    List<List<Tensor>> expected = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      expected.add(pool.forward(image(i)));
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<List<Tensor>>> found = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        long seed = i % 40;
        found.add(threads.submit(() -> pool.forward(image(seed))));
      }
      for (int i = 0; i < 400; i++) {
        for (int output = 0; output < 2; output++) {
          Tensor e = expected.get(i % 40).get(output);
          Tensor f = found.get(i).get().get(output);
          assertEquals(e.shape(), f.shape());
          assertArrayEquals(e.toArray(), f.toArray());
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void resultsAreCopies() {
    SessionPool pool = pool();
    Tensor first = pool.forward(image(1)).get(0);
    float[] before = first.toArray();
    pool.forward(Tensor.zeros(image(1).shape()));
    assertArrayEquals(before, first.toArray());
    assertEquals(1, backend.opened.get());
  }

  @Test
  void keepsTheShapesUsedLastUpToABound() {
    SessionPool pool = pool();
    for (int h = 1; h <= 10; h++) {
      pool.forward(Tensor.zeros(1, 2, h, 6));
    }
    assertEquals(10, backend.opened.get());
    pool.forward(Tensor.zeros(1, 2, 10, 6));
    assertEquals(10, backend.opened.get(), "the last shape is kept");
    int kept = 0;
    for (int h = 10; h >= 1; h--) {
      int before = backend.opened.get();
      pool.forward(Tensor.zeros(1, 2, h, 6));
      kept += backend.opened.get() == before ? 1 : 0;
    }
    assertTrue(kept >= 1 && kept <= 4, kept + " of 10 sessions were kept");
  }

  @Test
  void aSessionWhoseWorkFailsIsDropped() {
    SessionPool pool = pool();
    List<Shape> shapes = List.of(Shape.of(1, 2, 5, 6));
    assertThrows(
        IllegalStateException.class,
        () ->
            pool.with(
                shapes,
                s -> {
                  throw new IllegalStateException("half-way");
                }));
    pool.with(shapes, s -> s.forward(Tensor.zeros(shapes.get(0))).copy());
    assertEquals(2, backend.opened.get());
    assertThrows(GraphException.class, () -> pool.forward(Tensor.zeros(1, 3, 5, 6)));
  }
}
