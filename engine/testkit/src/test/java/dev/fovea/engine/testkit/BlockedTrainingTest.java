package dev.fovea.engine.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.kernel.BlockedConvolution;
import dev.fovea.engine.kernel.BlockedConvolution.Algorithm;
import dev.fovea.engine.kernel.BlockedKernels;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.AveragePool;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.op.Concat;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.ConvTranspose;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.GlobalAveragePool;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Sigmoid;
import dev.fovea.engine.op.blocked.BlockedConvTranspose;
import dev.fovea.engine.op.blocked.BlockedLearntConv;
import dev.fovea.engine.op.blocked.BlockedNormalization;
import dev.fovea.engine.op.blocked.BlockedPool;
import dev.fovea.engine.op.blocked.FromBlocked;
import dev.fovea.engine.op.blocked.ToBlocked;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.SessionLearner;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients of graphs on channel-blocked images are those of the graphs they were made of. */
class BlockedTrainingTest {

  private static final long SEED = 11;
  // Bytes that a step may leave behind: tables of offsets, and what threads are handed.
  private static final long MOST_GARBAGE = 1_000_000;

  private Backend backend;
  private int lanes;

  @BeforeEach
  void findBackend() {
    for (Backend b : Backends.all()) {
      if (b.unavailableBecause().isEmpty()) {
        b.kernels(1).blocked().map(BlockedKernels::lanes).ifPresent(n -> take(b, n));
      }
    }
    Assumptions.assumeTrue(backend != null, "no backend here has channel-blocked kernels");
  }

  private void take(Backend b, int n) {
    backend = b;
    lanes = n;
  }

  private static Tensor random(Random random, double deviation, int... dims) {
    Tensor t = Tensor.zeros(dims);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = (float) (deviation * random.nextGaussian());
    }
    return t;
  }

  private static Value conv(
      Graph.Builder g, String name, Conv op, Value x, int outputs, Random random) {
    int inputs = x.shape().dim(1);
    int k = op.window().kernelH();
    Value w =
        g.parameter(
            name + ".w", random(random, 1 / Math.sqrt(inputs * k * k), outputs, inputs, k, k));
    return g.node(name, op, x, w, g.parameter(name + ".b", random(random, 0.3, outputs)));
  }

  private static Value norm(Graph.Builder g, String name, Value x, Random random) {
    int c = x.shape().dim(1);
    return g.node(
        name,
        new BatchNormalization(1e-3f, 0.9f),
        x,
        g.parameter(name + ".scale", random(random, 1, c)),
        g.parameter(name + ".shift", random(random, 1, c)),
        g.buffer(name + ".mean", random(random, 0.1, c)),
        g.buffer(name + ".variance", Tensor.zeros(c).fill(1)));
  }

  /** A little of everything; channels that fill blocks and channels that do not. */
  private static Graph network(int width) {
    Random random = new Random(SEED);
    Graph.Builder g = new Graph.Builder("network");
    Value x = g.input("x", Shape.of(3, 3, 16, 18));
    Value stem = conv(g, "stem", Conv.square(3, 1, 1), x, width, random);
    Value relu = g.node("relu", new Relu(), norm(g, "n0", stem, random));
    Value next = conv(g, "next", Conv.square(3, 1, 1), relu, width, random);
    Value sum = g.node("sum", new Add(), norm(g, "n1", next, random), relu);
    Value join = g.node("join", new Concat(1), sum, relu);
    Value pooled = g.node("pool", MaxPool.square(3, 2, 1), g.node("gate", new Sigmoid(), join));
    Value down = conv(g, "down", Conv.square(3, 2, 1), pooled, 2 * width, random);
    Value shortcut = conv(g, "shortcut", Conv.square(1, 2, 0), pooled, 2 * width, random);
    Value both = g.node("both", new Relu(), g.node("add", new Add(), down, shortcut));
    Value mean = g.node("average", AveragePool.square(2, 2, 0), both);
    Value flat = g.node("flat", new Flatten(1), g.node("global", new GlobalAveragePool(), mean));
    Value y = g.node("y", Gemm.dense(), flat, g.parameter("fc", random(random, 0.3, 5, 2 * width)));
    return g.build(y);
  }

  private SessionOptions options(int threads) {
    return SessionOptions.training(3).on(backend).withThreads(threads).withGradients("x");
  }

  /** Results, gradients and running statistics of one step, by name. */
  private static Map<String, Tensor> step(Graph graph, SessionOptions options) {
    Random random = new Random(5);
    List<Tensor> running = graph.buffers().stream().map(Value::tensor).toList();
    List<Tensor> kept = running.stream().map(Tensor::copy).toList();
    Shape in = graph.inputs().get(0).shape();
    Session s = new Session(graph, options, in);
    Map<String, Tensor> all = new HashMap<>();
    // Twice: what the first run leaves in memory must not matter.
    for (int run = 0; run < 2; run++) {
      for (int i = 0; i < running.size(); i++) {
        running.get(i).copyFrom(kept.get(i));
      }
      all.put("y", s.forward(random(new Random(6), 1, in.toArray())).copy());
      s.cotangent("y").copyFrom(random(new Random(7), 1, s.value("y").shape().toArray()));
      s.zeroGradients();
      s.backward();
    }
    s.parameterGradients().forEach((v, g) -> all.put(v.name(), g.copy()));
    all.put("x", s.gradient("x").copy());
    graph.buffers().forEach(v -> all.put(v.name(), v.tensor().copy()));
    for (int i = 0; i < running.size(); i++) {
      running.get(i).copyFrom(kept.get(i));
    }
    return all;
  }

  private static void assertClose(Tensor expected, Tensor found, String what) {
    assertEquals(expected.shape(), found.shape(), what);
    // Biases before a normalisation have a gradient of zero, and rounding.
    double largest = 0.05;
    for (float v : expected.toArray()) {
      largest = Math.max(largest, Math.abs(v));
    }
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i), found.get(i), 2e-4 * largest, what);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 8, 24})
  void theSameGradients(int width) {
    Graph graph = network(width);
    List<Shape> in = List.of(graph.inputs().get(0).shape());
    for (boolean winograd : new boolean[] {false, true}) {
      SessionOptions options = options(2).withWinograd(winograd);
      Graph planned = Passes.plannedForTraining(graph, options, in);
      List<String> names = planned.nodes().stream().map(n -> n.op().spec().name()).toList();
      assertEquals(4, names.stream().filter("BlockedLearntConv"::equals).count(), "" + names);
      assertFalse(names.contains("Conv") || names.contains("BatchNormalization"), "" + names);
      Map<String, Tensor> expected = step(graph, options);
      Map<String, Tensor> found = step(planned, options);
      assertEquals(expected.keySet(), found.keySet());
      expected.forEach((name, t) -> assertClose(t, found.get(name), name + " of " + width));
    }
  }

  /** Enlarged, joined and convolved, as in a U-Net; in training and in inference. */
  @ParameterizedTest
  @ValueSource(ints = {16, 32, 24})
  void transposedConvolutions(int width) {
    for (int extra = 0; extra < 2; extra++) {
      Random random = new Random(SEED);
      Graph.Builder g = new Graph.Builder("up");
      Value x = g.input("x", Shape.of(2, 3, 8 + extra, 12 + extra));
      Value a = conv(g, "a", Conv.square(3, 1, 1), x, width, random);
      Value down = g.node("down", MaxPool.square(2, 2, 0), g.node("ar", new Relu(), a));
      Value b = conv(g, "b", Conv.square(3, 1, 1), down, 2 * width, random);
      ConvTranspose op = new ConvTranspose(Window.square(2, 2, 0), 1, extra, extra);
      Value up =
          g.node(
              "up",
              op,
              b,
              g.parameter("up.w", random(random, 0.2, 2 * width, width, 2, 2)),
              g.parameter("up.b", random(random, 1, width)));
      Value join = g.node("join", new Concat(1), up, a);
      Graph graph = g.build(conv(g, "y", Conv.square(3, 1, 1), join, width, random));
      List<Shape> in = List.of(graph.inputs().get(0).shape());
      Graph planned = Passes.plannedForTraining(graph, options(2), in);
      assertTrue(
          planned.nodes().stream().anyMatch(n -> n.op() instanceof BlockedConvTranspose),
          "" + planned.nodes());
      Map<String, Tensor> expected = step(graph, options(2));
      Map<String, Tensor> found = step(planned, options(2));
      expected.forEach((name, t) -> assertClose(t, found.get(name), name + " of " + width));
      Tensor image = random(random, 1, in.get(0).toArray());
      SessionOptions inference = SessionOptions.inference().on(backend).withThreads(2);
      assertClose(
          new Session(graph, inference, in.get(0)).forward(image),
          Passes.open(graph, inference).forward(image).get(0),
          "inference of " + width);
    }
  }

  @Test
  void threadsChangeNothing() {
    Graph graph = network(24);
    List<Shape> in = List.of(graph.inputs().get(0).shape());
    Map<String, Tensor> one = step(Passes.plannedForTraining(graph, options(1), in), options(1));
    for (int threads = 2; threads < 5; threads++) {
      SessionOptions options = options(threads);
      Map<String, Tensor> several = step(Passes.plannedForTraining(graph, options, in), options);
      one.forEach((name, t) -> assertArrayEquals(t.toArray(), several.get(name).toArray(), name));
    }
  }

  @Test
  void parametersAreTheVerySame() {
    Graph graph = network(16);
    List<Shape> in = List.of(graph.inputs().get(0).shape());
    Graph planned = Passes.plannedForTraining(graph, options(1), in);
    for (Value v : graph.parameters()) {
      assertSame(v.tensor(), planned.value(v.name()).tensor(), v.name());
    }
    for (Value v : graph.buffers()) {
      assertSame(v.tensor(), planned.value(v.name()).tensor(), v.name());
    }
  }

  /** A frozen normalisation uses its running statistics, on blocks too. */
  @Test
  void frozenLayersStay() {
    Graph graph = network(16);
    List<Shape> in = List.of(graph.inputs().get(0).shape());
    List<String> frozen = List.of("n0.scale", "n0.shift", "next.w");
    SessionOptions options = options(2).withFrozen(frozen);
    Map<String, Tensor> expected = step(graph, options);
    Map<String, Tensor> found = step(Passes.plannedForTraining(graph, options, in), options);
    assertEquals(expected.keySet(), found.keySet());
    assertFalse(found.containsKey("next.w"));
    expected.forEach((name, t) -> assertClose(t, found.get(name), name));
  }

  @Test
  void valuesThatAreAskedForStay() {
    Graph graph = network(16);
    List<Shape> in = List.of(graph.inputs().get(0).shape());
    SessionOptions options = options(1).withOutputs("y", "sum").withGradients("pool", "x");
    Graph planned = Passes.plannedForTraining(graph, options, in);
    Session s = new Session(planned, options, in.get(0));
    s.forward(random(new Random(1), 1, in.get(0).toArray()));
    s.cotangent("y").fill(1);
    s.cotangent("sum").fill(0.5f);
    s.backward();
    assertEquals(Shape.of(3, 16, 16, 18), s.value("sum").shape());
    assertEquals(Shape.of(3, 32, 8, 9), s.gradient("pool").shape());
  }

  /** They see the graph as it was given; what is learnt is the same bits with and without them. */
  @Test
  void onlookersChangeNothing() {
    Map<String, float[]> alone = learnt(network(16), null);
    Set<String> seen = new HashSet<>();
    Session.Observer observer =
        new Session.Observer() {
          @Override
          public void forward(Value value, Tensor tensor) {
            assertEquals(value.shape(), tensor.shape());
            seen.add("value " + value.name());
          }

          @Override
          public void backward(Value value, Tensor gradient) {
            seen.add("gradient " + value.name());
          }
        };
    Map<String, float[]> watched = learnt(network(16), observer);
    alone.forEach((name, values) -> assertArrayEquals(values, watched.get(name), name));
    for (String name : List.of("stem", "n0", "relu", "sum", "pool", "add", "y")) {
      assertTrue(seen.contains("value " + name) && seen.contains("gradient " + name), "" + seen);
    }
  }

  private Map<String, float[]> learnt(Graph graph, Session.Observer observer) {
    Shape in = graph.inputs().get(0).shape();
    SessionLearner learner =
        new SessionLearner(
            graph,
            in,
            SessionOptions.training(1).on(backend).withThreads(2).withOutputs("y"),
            (outputs, target, weights, gradients, parallel) -> {
              gradients.get(0).copyFrom(outputs.get(0));
              return Map.of("energy", NumericGradient.dot(outputs.get(0), outputs.get(0)) / 2);
            });
    learner.input().copyFrom(random(new Random(2), 1, in.toArray()));
    learner.observe(observer);
    double loss = learner.evaluate(Tensor.zeros(1), null, 7);
    learner.backward();
    Map<String, float[]> all = new HashMap<>(Map.of("loss", new float[] {(float) loss}));
    learner.gradients().forEach((v, g) -> all.put(v.name(), g.toArray()));
    graph.buffers().forEach(v -> all.put(v.name(), v.tensor().toArray()));
    assertEquals(graph.parameters(), List.copyOf(learner.gradients().keySet()));
    return all;
  }

  @Test
  void plainJavaKeepsItsGraph() {
    Graph graph = network(16);
    SessionOptions scalar = options(1).on(Backends.named("scalar"));
    List<Shape> in = List.of(graph.inputs().get(0).shape());
    assertSame(graph, Passes.plannedForTraining(graph, scalar, in));
  }

  /** Each operator alone against central differences, along random directions. */
  @Test
  void numericGradients() {
    Window g = Window.square(3, 1, 1);
    Shape image = Shape.of(2, 2, 5, 6, lanes);
    int c = 2 * lanes;
    int few = lanes + 3;
    for (Algorithm a : new Algorithm[] {Algorithm.DIRECT, Algorithm.WINOGRAD}) {
      BlockedConvolution how = new BlockedConvolution(g, c, few, a);
      numeric(
          new BlockedLearntConv(how, lanes, true), image, Shape.of(few, c, 3, 3), Shape.of(few));
    }
    BlockedConvolution stem =
        new BlockedConvolution(Window.square(3, 2, 1), 3, c, Algorithm.DIRECT);
    numeric(new BlockedLearntConv(stem, lanes, false), Shape.of(2, 3, 7, 8), Shape.of(c, 3, 3, 3));
    BlockedConvolution up =
        new BlockedConvolution(Window.square(2, 2, 0), few, c, Algorithm.DIRECT);
    Shape upWeights = Shape.of(c, few, 2, 2);
    numeric(new BlockedConvTranspose(up, lanes, true, 10, 12), image, upWeights, Shape.of(few));
    // Rows and columns at the end that no window reaches.
    numeric(new BlockedConvTranspose(up, lanes, true, 11, 13), image, upWeights, Shape.of(few));
    BlockedConvolution wide =
        new BlockedConvolution(Window.square(3, 2, 1), few, c, Algorithm.DIRECT);
    numeric(new BlockedConvTranspose(wide, lanes, false, 10, 11), image, Shape.of(c, few, 3, 3));
    BatchNormalization norm = new BatchNormalization(1e-2f, 0.9f);
    Shape ofChannels = Shape.of(c);
    numeric(
        new BlockedNormalization(norm, false),
        image,
        ofChannels,
        ofChannels,
        ofChannels,
        ofChannels);
    numeric(new ToBlocked(lanes), Shape.of(2, few, 3, 4));
    numeric(new FromBlocked(c), image);
    Window two = Window.square(2, 2, 0);
    numeric(new BlockedPool(BlockedPool.Kind.AVERAGE, two, 2, 3), image);
    numeric(new BlockedPool(BlockedPool.Kind.AVERAGE_WITH_PADDING, g, 5, 6), image);
    numeric(new BlockedPool(BlockedPool.Kind.MAX, two, 2, 3), image);
  }

  private void numeric(Op op, Shape... shapes) {
    Random random = new Random(SEED);
    Graph.Builder g = new Graph.Builder("one");
    List<Value> in = new ArrayList<>();
    for (int i = 0; i < shapes.length; i++) {
      Tensor t = random(random, 0.5, shapes[i].toArray());
      if (op instanceof BlockedPool p && p.kind() == BlockedPool.Kind.MAX) {
        apart(t);
      }
      in.add(op.learns(i) ? g.parameter("p" + i, t) : g.buffer("p" + i, t.fill(1)));
    }
    Graph graph = g.build(g.node("y", op, in.toArray(Value[]::new)));
    Session s = new Session(graph, SessionOptions.training(1).on(backend).withThreads(2));
    Tensor weights = random(random, 1, s.forward().shape().toArray());
    // Other gradients than zero to begin with: what is found must be added.
    for (Tensor t : s.parameterGradients().values()) {
      t.fill(0.25f);
    }
    s.cotangent("y").copyFrom(weights);
    s.backward();
    for (Value v : graph.parameters()) {
      Tensor found = s.gradient(v.name());
      float[] direction = random(random, 1, v.shape().toArray()).toArray();
      double slope = 0;
      for (int i = 0; i < direction.length; i++) {
        slope += direction[i] * (found.get(i) - 0.25);
      }
      double expected =
          NumericGradient.along(
              () -> NumericGradient.dot(weights, s.forward()), v.tensor(), direction, 1f / 64);
      double size = Math.max(1, Math.abs(expected));
      assertEquals(expected, slope, 1e-3 * size, op + " by " + v.name() + ", seed " + SEED);
    }
  }

  /** Values so far apart within a plane of 30 pixels that no small step changes the largest. */
  private void apart(Tensor t) {
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = i / lanes * 7 % 30 * 0.25f;
    }
  }

  /** The number of bytes that a step leaves behind does not grow with the images. */
  @Test
  void steadyStepsMakeLittleGarbage() {
    Graph graph = network(32);
    Shape in = Shape.of(3, 3, 16, 18);
    SessionOptions options = options(1);
    Session s = new Session(Passes.plannedForTraining(graph, options, List.of(in)), options, in);
    Tensor x = random(new Random(1), 1, in.toArray());
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    // Vectors are objects until the compiler has seen the loops; then none should be.
    for (int i = 0; i < 400 && least > MOST_GARBAGE; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      s.forward(x);
      s.cotangent("y").fill(1);
      s.zeroGradients();
      s.backward();
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertTrue(least <= MOST_GARBAGE, "least bytes of a step: " + least);
  }
}
