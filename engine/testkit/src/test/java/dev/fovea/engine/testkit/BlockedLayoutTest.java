package dev.fovea.engine.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.SessionPool;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.graph.pass.BlockedLayout;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.kernel.BlockedKernels;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.AveragePool;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.op.Concat;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.GlobalAveragePool;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Sigmoid;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs on channel-blocked images compute what they computed before. */
class BlockedLayoutTest {

  private static final long SEED = 9;

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

  private SessionOptions options() {
    return SessionOptions.inference().on(backend).withThreads(2);
  }

  private static Tensor random(Random random, int... dims) {
    Tensor t = Tensor.zeros(dims);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] = (float) random.nextGaussian();
    }
    return t;
  }

  /** Of 3x3 kernels, so that sums stay about 1: Winograd's errors are relative to sums. */
  private static Tensor weights(Random random, int outputs, int inputs) {
    Tensor t = random(random, outputs, inputs, 3, 3);
    for (int i = 0; i < t.size(); i++) {
      t.array()[i] /= (float) Math.sqrt(9.0 * inputs);
    }
    return t;
  }

  private static List<String> operators(Graph g) {
    return g.nodes().stream().map(n -> n.op().spec().name()).toList();
  }

  private Graph planned(Graph g, Shape... inputs) {
    return new BlockedLayout(lanes, true).apply(g, List.of(inputs), Set.of());
  }

  private static void assertClose(Tensor expected, Tensor found, String what) {
    assertEquals(expected.shape(), found.shape());
    double largest = 1;
    for (float v : expected.toArray()) {
      largest = Math.max(largest, Math.abs(v));
    }
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i), found.get(i), 5e-5 * largest, what);
    }
  }

  /** A little of everything; channels that fill blocks and channels that do not. */
  private static Graph network(int width) {
    Random random = new Random(SEED);
    Graph.Builder g = new Graph.Builder("network");
    Value x = g.input("x", Shape.of(1, 3, 16, 16), "batch", "", "height", "width");
    Value stem =
        g.node(
            "stem",
            Conv.square(3, 1, 1),
            x,
            g.parameter("w0", weights(random, width, 3)),
            g.parameter("b0", random(random, width)));
    Value relu = g.node("relu", new Relu(), stem);
    Value conv =
        g.node(
            "conv", Conv.square(3, 1, 1), relu, g.parameter("w1", weights(random, width, width)));
    Value sum = g.node("sum", new Add(), conv, relu);
    Value norm =
        g.node(
            "norm",
            new BatchNormalization(1e-3f, 0.9f),
            g.node("join", new Concat(1), sum, relu),
            g.parameter("scale", random(random, 2 * width)),
            g.parameter("shift", random(random, 2 * width)),
            g.buffer("mean", random(random, 2 * width)),
            g.buffer("variance", Tensor.zeros(2 * width).fill(2)));
    Value gate = g.node("gate", new Sigmoid(), norm);
    Value pooled = g.node("pool", MaxPool.square(3, 2, 1), gate);
    Value mean = g.node("average", AveragePool.square(2, 2, 0), pooled);
    Value flat = g.node("flat", new Flatten(1), g.node("global", new GlobalAveragePool(), mean));
    Value y = g.node("y", Gemm.dense(), flat, g.parameter("w2", random(random, 5, 2 * width)));
    return g.build(y, pooled);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 5, 24})
  void theSameResults(int width) {
    Graph plain = network(width);
    SessionPool opened = Passes.open(plain, options());
    for (Shape s : List.of(Shape.of(1, 3, 16, 16), Shape.of(2, 3, 21, 18))) {
      Tensor x = random(new Random(SEED), s.toArray());
      Session before = new Session(plain, options(), s);
      before.forward(x);
      List<Tensor> found = opened.forward(x);
      for (int i = 0; i < found.size(); i++) {
        String name = plain.outputs().get(i).name();
        assertClose(before.value(name), found.get(i), name + " of " + s);
      }
    }
  }

  @Test
  void valuesInBetweenThatAreAskedFor() {
    Graph plain = network(16);
    SessionOptions options = options().withOutputs("sum", "y");
    Tensor x = random(new Random(SEED), 1, 3, 16, 16);
    Session before = new Session(plain, options, x.shape());
    before.forward(x);
    List<Tensor> found = Passes.open(plain, options).forward(x);
    assertClose(before.value("sum"), found.get(0), "sum");
    assertClose(before.value("y"), found.get(1), "y");
  }

  @Test
  void aBatchWithoutImages() {
    List<Tensor> found = Passes.open(network(5), options()).forward(Tensor.zeros(0, 3, 16, 16));
    assertEquals(Shape.of(0, 5), found.get(0).shape());
  }

  /** Files may have any stride: memory for its phases is needed only where there are taps. */
  @Test
  void stridesBeyondTheImage() {
    Window far = Window.square(3, 30_000, 1);
    Graph.Builder b = new Graph.Builder("far");
    Value x = b.input("x", Shape.of(1, 16, 5, 5));
    Value y =
        b.node("y", new Conv(far, 1), x, b.parameter("w", random(new Random(SEED), 4, 16, 3, 3)));
    Graph g = b.build(b.node("p", new MaxPool(far, false), y), y);
    Tensor in = random(new Random(SEED), 1, 16, 5, 5);
    Session plain = new Session(g, options(), in.shape());
    plain.forward(in);
    List<Tensor> found = Passes.open(g, options()).forward(in);
    assertClose(plain.value("p"), found.get(0), "pooled");
    assertClose(plain.value("y"), found.get(1), "sums");
  }

  /** One float32 number is not enough for the sum of so many. */
  @Test
  void meansOfLargeImagesAreNotSummedInBlocks() {
    Graph.Builder b = new Graph.Builder("mean");
    Value x = b.input("x", Shape.of(1, 1, 512, 512));
    Value y = b.node("y", Conv.square(1, 1, 0), x, b.parameter("w", Tensor.zeros(1, 1, 1, 1)));
    Graph g = b.build(b.node("mean", new GlobalAveragePool(), y));
    List<String> names = operators(planned(g, Shape.of(1, 1, 512, 512)));
    assertEquals(List.of("BlockedConv", "FromBlocked", "GlobalAveragePool"), names);
  }

  /** Full blocks of what has one channel may be more than an array holds. */
  @Test
  void largePlanesStayAsTheyAre() {
    Graph.Builder b = new Graph.Builder("large");
    Shape large = Shape.of(1, 1, 1 << 14, 1 << 14);
    Value x = b.input("x", large);
    Graph g =
        b.build(b.node("y", Conv.square(1, 1, 0), x, b.parameter("w", Tensor.zeros(1, 1, 1, 1))));
    assertSame(g, planned(g, large));
  }

  /** Images enter the layout by the first convolution, and leave it once for each plain reader. */
  @Test
  void theLayoutChangesSeldom() {
    Graph g = planned(Passes.forInference(network(2 * lanes)), Shape.of(1, 3, 16, 16));
    List<String> names = operators(g);
    assertTrue(names.stream().noneMatch("ToBlocked"::equals), names.toString());
    assertEquals(2, names.stream().filter("FromBlocked"::equals).count(), names.toString());
    // Two convolutions and a normalisation, which has taken in its activation.
    assertEquals(3, names.stream().filter("BlockedConv"::equals).count(), names.toString());
    assertTrue(names.stream().noneMatch(Set.of("Sigmoid", "Relu", "Add")::contains));
    assertEquals(
        List.of("y", "pool"), g.outputs().stream().map(Value::name).toList(), "names stay");
  }

  @Test
  void aGraphWithoutImagesStaysAsItIs() {
    Graph.Builder b = new Graph.Builder("dense");
    Value x = b.input("x", Shape.of(1, 6), "batch", "");
    Value w = b.parameter("w", random(new Random(SEED), 4, 6));
    Graph g = b.build(b.node("r", new Relu(), b.node("y", Gemm.dense(), x, w)));
    assertSame(g, planned(g, Shape.of(3, 6)));
  }

  /** Weights are packed once for all shapes, where they are used in the same form. */
  @Test
  void packedWeightsAreShared() {
    Graph g = Passes.forInference(network(2 * lanes));
    BlockedLayout layout = new BlockedLayout(lanes, false);
    Graph small = layout.apply(g, List.of(Shape.of(1, 3, 16, 16)), Set.of());
    Graph large = layout.apply(g, List.of(Shape.of(2, 3, 64, 48)), Set.of());
    for (String name : List.of("w0.packed", "w1.packed")) {
      assertSame(small.value(name).tensor(), large.value(name).tensor(), name);
    }
  }

  @Test
  void winogradOnlyWhereItIsAllowed() {
    Graph g = Passes.forInference(network(4 * lanes));
    Shape s = Shape.of(1, 3, 64, 64);
    for (boolean allowed : new boolean[] {true, false}) {
      Graph planned = new BlockedLayout(lanes, allowed).apply(g, List.of(s), Set.of());
      assertEquals(
          allowed, planned.nodes().stream().anyMatch(n -> n.op().toString().contains("WINOGRAD")));
    }
  }

  @Test
  void anyGraph() {
    SplittableRandom random = new SplittableRandom(SEED);
    int blocked = 0;
    for (int i = 0; i < 150; i++) {
      long seed = random.nextLong();
      Graph g = RandomGraph.plain(seed, 14);
      Shape[] shapes = g.inputs().stream().map(Value::shape).toArray(Shape[]::new);
      Tensor[] x = new Tensor[shapes.length];
      for (int k = 0; k < x.length; k++) {
        x[k] = random(new Random(seed), shapes[k].toArray());
      }
      Graph planned = planned(g, shapes);
      blocked += operators(planned).contains("BlockedConv") ? 1 : 0;
      Session before = new Session(g, options(), shapes);
      Session after = new Session(planned, options(), shapes);
      before.forward(x);
      after.forward(x);
      for (Value v : g.outputs()) {
        assertClose(before.value(v.name()), after.value(v.name()), "seed " + seed + ", " + v);
      }
    }
    assertTrue(blocked > 20, blocked + " graphs had a convolution in blocks");
  }
}
