package dev.fovea.engine.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.GraphException;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.SessionPool;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.graph.pass.ChannelFolding;
import dev.fovea.engine.graph.pass.CommonSubexpressions;
import dev.fovea.engine.graph.pass.ConstantFolding;
import dev.fovea.engine.graph.pass.ConvFusion;
import dev.fovea.engine.graph.pass.ConvSplitting;
import dev.fovea.engine.graph.pass.GraphPass;
import dev.fovea.engine.graph.pass.NoOperationRemoval;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.graph.pass.SigmoidGates;
import dev.fovea.engine.graph.pass.TransposeMotion;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.op.Cast;
import dev.fovea.engine.op.Clip;
import dev.fovea.engine.op.Concat;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.ConvTranspose;
import dev.fovea.engine.op.Div;
import dev.fovea.engine.op.Dropout;
import dev.fovea.engine.op.Expand;
import dev.fovea.engine.op.FusedConv;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.HardSigmoid;
import dev.fovea.engine.op.HardSwish;
import dev.fovea.engine.op.LeakyRelu;
import dev.fovea.engine.op.Log;
import dev.fovea.engine.op.MatMul;
import dev.fovea.engine.op.Mul;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.op.Ops;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Reshape;
import dev.fovea.engine.op.Sigmoid;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.op.Sub;
import dev.fovea.engine.op.Sum;
import dev.fovea.engine.op.Swish;
import dev.fovea.engine.op.Tanh;
import dev.fovea.engine.op.Transpose;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Passes change the nodes of a graph, and not what it computes. */
class PassesTest {

  private static final long SEED = 20261121;

  /** Folded weights are rounded once more. */
  private static final double TOLERANCE = 2e-5;

  private static final GraphPass INFERENCE = (g, kept) -> Passes.forInference(g);

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Graph.Builder g = new Graph.Builder("network");

  private Tensor normal(int... dims) {
    return InputSampler.uniform(Shape.of(dims), -1, 1, random);
  }

  private Value weight(String name, int... dims) {
    return g.parameter(name, normal(dims));
  }

  private Value image(int... dims) {
    return g.input("x", Shape.of(dims));
  }

  private Value norm(String name, Value x) {
    int c = x.shape().dim(1);
    return g.node(
        name,
        new BatchNormalization(1e-3f, 0.9f),
        x,
        weight(name + ".scale", c),
        weight(name + ".bias", c),
        g.buffer(name + ".mean", normal(c)),
        g.buffer(name + ".variance", InputSampler.uniform(Shape.of(c), 0.5, 2, random)));
  }

  private static List<String> operators(Graph graph) {
    return graph.nodes().stream().map(n -> n.op().spec().name()).toList();
  }

  /** Outputs by name, in inference. */
  private static Map<String, Tensor> run(Graph graph, List<Tensor> inputs) {
    Session s =
        new Session(
            graph,
            SessionOptions.inference(),
            inputs.stream().map(Tensor::shape).toArray(Shape[]::new));
    s.forward(inputs.toArray(Tensor[]::new));
    Map<String, Tensor> all = new LinkedHashMap<>();
    graph.outputs().forEach(v -> all.put(v.name(), s.value(v.name()).copy()));
    return all;
  }

  private static void assertClose(
      String what, Map<String, Tensor> expected, Map<String, Tensor> found) {
    assertEquals(expected.keySet(), found.keySet(), what);
    expected.forEach(
        (name, e) -> {
          Tensor f = found.get(name);
          assertEquals(e.shape(), f.shape(), what + ", " + name);
          double largest = 1;
          for (float v : e.toArray()) {
            largest = Math.max(largest, Math.abs(v));
          }
          for (int i = 0; i < e.size(); i++) {
            boolean equal = Float.compare(e.get(i), f.get(i)) == 0;
            if (!equal && !(Math.abs((double) e.get(i) - f.get(i)) <= TOLERANCE * largest)) {
              fail(
                  what + ", " + name + "[" + i + "]: expected " + e.get(i) + ", found " + f.get(i));
            }
          }
        });
  }

  /** Applies a pass; the outputs stay, the graph that was given too, and there is no more to do. */
  private Graph rewritten(GraphPass pass, Graph before, String... operators) {
    String weights = before.weightsHash();
    List<Node> nodes = before.nodes();
    Graph after = pass.apply(before);
    assertEquals(List.of(operators), operators(after));
    assertSame(after, pass.apply(after), "applied again");
    assertEquals(weights, before.weightsHash());
    assertEquals(nodes, before.nodes());
    List<Tensor> inputs = before.inputs().stream().map(v -> normal(v.shape().toArray())).toList();
    assertClose("seed " + SEED, run(before, inputs), run(after, inputs));
    return after;
  }

  private void unchanged(GraphPass pass, Graph graph) {
    assertSame(graph, pass.apply(graph));
  }

  // ---- Folding into weights

  @Test
  void normalisationIsFoldedIntoAConvolutionWithAndWithoutBias() {
    Value x = image(2, 4, 6, 5);
    Value a = g.node("a", Conv.square(3, 1, 1), x, weight("a.w", 3, 4, 3, 3));
    Value b =
        g.node(
            "b",
            new Conv(Window.square(3, 2, 1), 3),
            norm("a.norm", a),
            weight("b.w", 6, 1, 3, 3),
            weight("b.b", 6));
    Graph after = rewritten(new ChannelFolding(), g.build(norm("y", b)), "Conv", "Conv");
    assertEquals("y", after.outputs().get(0).name());
    assertEquals(4, after.parameters().size());
    assertEquals(0, after.buffers().size());
  }

  @Test
  void normalisationIsFoldedIntoTransposedConvolutionsOfGroups() {
    Value x = image(2, 4, 3, 5);
    ConvTranspose op = new ConvTranspose(Window.square(3, 2, 1), 2, 1, 1);
    Value up = g.node("up", op, x, weight("w", 4, 3, 3, 3), weight("b", 6));
    rewritten(new ChannelFolding(), g.build(norm("y", up)), "ConvTranspose");
  }

  @Test
  void normalisationIsFoldedIntoSequencesAndVolumes() {
    Value x = image(2, 2, 4, 3, 5);
    Value v = g.node("v", new Conv(Window.cube(3, 3, 1, 1), 1), x, weight("v.w", 3, 2, 3, 3, 3));
    Value s = g.input("s", Shape.of(2, 4, 9));
    Value c = g.node("c", new Conv(Window.cube(1, 3, 1, 1), 2), s, weight("c.w", 6, 2, 3));
    rewritten(new ChannelFolding(), g.build(norm("y", v), norm("z", c)), "Conv", "Conv");
  }

  @Test
  void normalisationIsFoldedIntoFullyConnectedLayers() {
    Value x = image(5, 7);
    Value a = norm("a.norm", g.node("a", Gemm.dense(), x, weight("a.w", 4, 7), weight("a.b", 4)));
    Value b =
        norm(
            "b.norm",
            g.node(
                "b", new Gemm(0.5f, 2, false, false), a, weight("b.w", 4, 6), weight("b.b", 1, 6)));
    Value c = norm("y", g.node("c", new MatMul(), b, weight("c.w", 6, 3)));
    rewritten(new ChannelFolding(), g.build(c), "Gemm", "Gemm", "Gemm");
  }

  @Test
  void arithmeticWithChannelConstantsIsFolded() {
    Value x = image(2, 3, 6, 5);
    Value v = g.node("conv", Conv.square(3, 1, 1), x, weight("w", 4, 3, 3, 3));
    v = g.node("mul", new Mul(), weight("m", 4, 1, 1), v);
    v = g.node("add", new Add(), v, weight("a", 1, 4, 1, 1));
    v = g.node("from", new Sub(), g.buffer("one", Tensor.of(Shape.SCALAR, 1)), v);
    v = g.node("sub", new Sub(), v, weight("s", 4, 1, 1));
    v = g.node("div", new Div(), v, g.buffer("half", Tensor.of(Shape.of(1), 0.5f)));
    rewritten(new ChannelFolding(), g.build(v), "Conv");
  }

  @Test
  void whatIsNoMapOfChannelsIsNotFolded() {
    Value x = image(2, 3, 4, 4);
    Value a = g.node("a", Conv.square(1, 1, 0), x, weight("a.w", 4, 3, 1, 1));
    // Along the width, and of the same extent as the channels.
    Value alongWidth = g.node("alongWidth", new Mul(), a, weight("m", 4));
    Value b = g.node("b", Conv.square(1, 1, 0), x, weight("b.w", 4, 3, 1, 1));
    Value inverse = g.node("inverse", new Div(), weight("one", 1), b);
    Value c =
        g.node(
            "c",
            Gemm.dense(),
            g.input("z", Shape.of(3, 2)),
            weight("c.w", 5, 2),
            weight("c.c", 3, 1));
    Value d = g.node("d", Conv.square(1, 1, 0), x, g.input("dynamic", Shape.of(4, 3, 1, 1)));
    unchanged(
        new ChannelFolding(),
        g.build(alongWidth, inverse, norm("rows", c), norm("dynamic.norm", d)));
  }

  @Test
  void nothingIsFoldedIntoWhatSomebodyElseReads() {
    Value x = image(2, 3, 4, 4);
    Value a = g.node("a", Conv.square(1, 1, 0), x, weight("a.w", 4, 3, 1, 1));
    Value b = g.node("b", Conv.square(1, 1, 0), x, weight("b.w", 4, 3, 1, 1));
    unchanged(
        new ChannelFolding(),
        g.build(norm("y", a), g.node("other", new Relu(), a), norm("z", b), b));
  }

  @Test
  void keptValuesStay() {
    Value x = image(2, 3, 4, 4);
    Value a = g.node("a", Conv.square(1, 1, 0), x, weight("a.w", 4, 3, 1, 1));
    Graph graph = g.build(g.node("y", new Relu(), norm("n", a)));
    assertEquals(List.of("FusedConv"), operators(Passes.forInference(graph)));
    assertEquals(List.of("Conv", "Relu"), operators(new ChannelFolding().apply(graph)));
    assertEquals(
        List.of("Conv", "BatchNormalization", "Relu"), operators(Passes.forInference(graph, "a")));
    assertEquals(List.of("Conv", "Relu"), operators(Passes.forInference(graph, "n")));
    assertThrows(GraphException.class, () -> Passes.forInference(graph, "nobody"));
  }

  @Test
  void aWeightThatWouldOverflowIsNotFolded() {
    Value x = image(1, 1, 2, 2);
    Tensor large = Tensor.of(Shape.of(1, 1, 1, 1), 1e38f);
    Value a = g.node("a", Conv.square(1, 1, 0), x, g.parameter("w", large));
    unchanged(
        new ChannelFolding(),
        g.build(g.node("y", new Mul(), a, g.buffer("m", Tensor.of(Shape.of(1), 100)))));
  }

  // ---- Fusion

  @Test
  void convolutionResidualAndActivationAreFused() {
    Value x = image(2, 3, 6, 5);
    Value a = g.node("a", Conv.square(3, 1, 1), x, weight("a.w", 3, 3, 3, 3), weight("a.b", 3));
    Value r = g.node("a.relu", new LeakyRelu(0.1f), a);
    Value b = g.node("b", Conv.square(3, 1, 1), r, weight("b.w", 3, 3, 3, 3));
    Value sum = g.node("sum", new Add(), x, b);
    Graph after =
        rewritten(
            new ConvFusion(),
            g.build(g.node("y", new Clip(0, 0.5f), sum)),
            "FusedConv",
            "FusedConv");
    assertEquals(
        new FusedConv(Conv.square(3, 1, 1), false, true, new Clip(0, 0.5f)),
        after.nodes().get(1).op());
    rewritten(new ConvSplitting(), after, "Conv", "LeakyRelu", "Conv", "Add", "Clip");
  }

  @Test
  void twoBranchesOfConvolutionsAreFusedIntoOne() {
    Value x = image(2, 3, 6, 5);
    Value a = g.node("a", Conv.square(3, 1, 1), x, weight("a.w", 4, 3, 3, 3));
    Value b = g.node("b", Conv.square(1, 1, 0), x, weight("b.w", 4, 3, 1, 1));
    Graph graph = g.build(g.node("y", new Relu(), g.node("sum", new Sum(), a, b)));
    rewritten(new ConvFusion(), graph, "Conv", "FusedConv");
  }

  @Test
  void whatIsReadElsewhereOrMightBeBroadcastIsNotFused() {
    Value x = g.input("x", Shape.of(1, 3, 4, 4), "batch", "", "", "");
    Value one = g.input("one", Shape.of(1, 4, 4, 4));
    Value a = g.node("a", Conv.square(1, 1, 0), x, weight("a.w", 4, 3, 1, 1));
    Value b = g.node("b", Conv.square(1, 1, 0), x, weight("b.w", 4, 3, 1, 1));
    Value c = g.node("c", Conv.square(1, 1, 0), x, weight("c.w", 4, 3, 1, 1));
    unchanged(
        new ConvFusion(),
        g.build(
            // Equal shapes only as long as the free batch is 1.
            g.node("sum", new Add(), a, one),
            g.node("relu", new Relu(), b),
            g.node("tanh", new Tanh(), b),
            g.node("double", new Add(), c, c)));
  }

  @Test
  void fusedGraphsHaveTheGradientsOfTheOthers() {
    Value x = image(2, 3, 6, 5);
    Value a = g.node("a", Conv.square(3, 1, 1), x, weight("a.w", 3, 3, 3, 3), weight("a.b", 3));
    Value y = g.node("y", new Tanh(), g.node("sum", new Add(), a, x));
    Graph before = g.build(y);
    Graph after = Passes.forInference(before);
    assertEquals(List.of("FusedConv"), operators(after));
    Tensor image = normal(2, 3, 6, 5);
    Tensor cotangent = normal(2, 3, 6, 5);
    Map<String, Tensor> expected = gradients(before, List.of(image), Map.of("y", cotangent));
    assertEquals(Set.of("a.w", "a.b", "x"), expected.keySet());
    assertClose("gradients", expected, gradients(after, List.of(image), Map.of("y", cotangent)));
  }

  /** Gradients of inputs and parameters, of an inference run. */
  private static Map<String, Tensor> gradients(
      Graph graph, List<Tensor> inputs, Map<String, Tensor> cotangents) {
    List<String> wanted =
        graph.inputs().stream()
            .filter(v -> graph.nodes().stream().anyMatch(n -> n.inputs().contains(v)))
            .map(Value::name)
            .toList();
    SessionOptions options =
        new SessionOptions(
            Backends.defaultBackend(), 1, false, List.of(), true, List.of(), wanted, 1);
    Session s =
        new Session(graph, options, inputs.stream().map(Tensor::shape).toArray(Shape[]::new));
    s.forward(inputs.toArray(Tensor[]::new));
    graph.outputs().stream()
        .filter(v -> v.kind() == Value.Kind.COMPUTED)
        .forEach(v -> s.cotangent(v.name()).copyFrom(cotangents.get(v.name())));
    s.backward();
    Map<String, Tensor> all = new LinkedHashMap<>();
    s.parameterGradients().forEach((v, t) -> all.put(v.name(), t.copy()));
    for (String name : wanted) {
      all.put(name, s.gradient(name).copy());
    }
    return all;
  }

  // ---- No operations, constants, twins, gates

  @Test
  void noOperationsAreLeftOut() {
    Value x = image(2, 3);
    Value v = g.node("drop", new Dropout(0.5f), x);
    v = g.node("cast", new Cast(ElementType.FLOAT), v);
    v = g.node("same", Transpose.order(0, 1), v);
    v = g.node("sum", new Sum(), v);
    v = g.node("join", new Concat(1), v);
    v = g.node("open", new Clip(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY), v);
    rewritten(new NoOperationRemoval(false), g.build(g.node("y", new Relu(), v)), "Relu");
  }

  @Test
  void noOperationsThatAreOutputsOrChangeTrainingStay() {
    Value x = image(2, 3);
    Value drop = g.node("drop", new Dropout(0.5f), x);
    Graph graph = g.build(g.node("y", new Relu(), drop), g.node("z", new Dropout(0.1f), x));
    assertEquals(List.of("Relu", "Dropout"), operators(new NoOperationRemoval(false).apply(graph)));
    unchanged(new NoOperationRemoval(true), graph);
    assertSame(graph, new NoOperationRemoval(false).apply(graph, Set.of("drop")));
  }

  @Test
  void constantsAreComputedOnce() {
    Value x = image(2, 3);
    Value c = g.node("t", Transpose.order(1, 0), g.buffer("c", normal(3, 2)));
    Value d = g.node("d", new Mul(), c, weight("p", 3));
    Graph graph = g.build(g.node("y", new Add(), x, d));
    Graph after = rewritten(new ConstantFolding(false), graph, "Add");
    assertEquals(List.of("d"), after.buffers().stream().map(Value::name).toList());
    // The product depends on what is learnt.
    rewritten(new ConstantFolding(true), graph, "Mul", "Add");
  }

  @Test
  void runningStatisticsAreNoConstantsInTraining() {
    Value x = image(2, 3, 4, 4);
    Value mean = g.buffer("mean", normal(3));
    Value variance = g.buffer("variance", Tensor.zeros(3).fill(1));
    Value n =
        g.node(
            "n",
            new BatchNormalization(1e-3f, 0.9f),
            x,
            weight("s", 3),
            weight("b", 3),
            mean,
            variance);
    Value moved = g.node("moved", new Tanh(), mean);
    Value squeezed = g.node("y", new Add(), g.node("t", Transpose.order(0, 2, 3, 1), n), moved);
    Graph graph = g.build(squeezed);
    unchanged(new ConstantFolding(true), graph);
    assertEquals(3, new ConstantFolding(false).apply(graph).nodes().size());
  }

  @Test
  void constantFoldingIsBounded() {
    Value x = image(1, 1);
    Value one = g.buffer("one", Tensor.of(Shape.of(1, 1), 1));
    Value large = g.node("large", new Expand(List.of(1 << 13, 1 << 13)), one);
    Value m = g.buffer("m", Tensor.zeros(1 << 10, 1 << 10));
    Value product = g.node("product", new MatMul(), m, m);
    unchanged(
        new ConstantFolding(false),
        g.build(g.node("y", new Add(), x, large), g.node("z", new Add(), x, product)));
  }

  /** The bound is one for the graph, however often the passes are applied one after the other. */
  @Test
  void constantFoldingIsBoundedInAllRounds() {
    Value x = image(1, 1);
    Value one = g.buffer("one", Tensor.of(Shape.of(1, 1), 1));
    Value[] outputs = new Value[6];
    for (int i = 0; i < outputs.length; i++) {
      Value large = g.node("large" + i, new Expand(List.of(1 << 11, (1 << 12) + i)), one);
      outputs[i] = g.node("y" + i, new Add(), g.node("n" + i, new Relu(), x), large);
    }
    Graph after = Passes.forInference(g.build(outputs));
    long folded = after.buffers().stream().mapToLong(v -> v.shape().size()).sum();
    assertTrue(folded > 0 && folded <= 1 << 25, folded + " elements");
  }

  @Test
  void aConstantBehindManyTransposesIsReorderedOnce() {
    Value c = g.buffer("c", normal(4));
    Value[] outputs = new Value[5];
    for (int i = 0; i < outputs.length; i++) {
      Value x = g.input("x" + i, Shape.of(1, 4, 2, 3));
      Value t = g.node("t" + i, Transpose.order(0, 2, 3, 1), x);
      outputs[i] = g.node("y" + i, new Add(), t, c);
    }
    assertEquals(1, new TransposeMotion(false).apply(g.build(outputs)).buffers().size());
  }

  /** Each layer would get weights of its own: a small file could ask for any memory. */
  @Test
  void weightsOfManyLayersAreFoldedWithinABound() {
    Value x = image(1, 1);
    Value w = weight("w", 1, 1 << 23);
    Value[] outputs = new Value[10];
    for (int i = 0; i < outputs.length; i++) {
      Value factor = g.buffer("factor" + i, Tensor.of(Shape.of(1, 1), i + 1));
      Value layer = g.node("layer" + i, new MatMul(), g.node("n" + i, new Clip(i, 9), x), w);
      outputs[i] = g.node("y" + i, new Mul(), layer, factor);
    }
    Graph after = Passes.forInference(g.build(outputs));
    assertTrue(after.parameterCount() > 1 << 24, "some are folded");
    assertTrue(after.parameterCount() <= 1 << 27, after.parameterCount() + " elements");
  }

  @Test
  void whatIsNotFiniteStaysComputed() {
    Value x = image(1);
    Value log = g.node("log", new Log(), g.buffer("zero", Tensor.zeros(1)));
    unchanged(new ConstantFolding(false), g.build(g.node("y", new Add(), x, log)));
  }

  /** Each example on constants, before an operator that works on elements of any kind. */
  @TestFactory
  List<DynamicTest> everyExampleOnConstantsIsFolded() {
    List<DynamicTest> tests = new ArrayList<>();
    for (OpSpec<?> spec : Ops.all()) {
      for (int i = 0; i < spec.examples().size(); i++) {
        OpSpec.Example e = spec.examples().get(i);
        tests.add(DynamicTest.dynamicTest(spec.name() + "[" + i + "]", () -> foldExample(e)));
      }
    }
    return tests;
  }

  private static void foldExample(OpSpec.Example example) {
    Graph.Builder g = new Graph.Builder("example");
    List<Value> in = new ArrayList<>();
    for (Tensor t : InputSampler.inputs(example, new SplittableRandom(SEED))) {
      in.add(g.buffer("in" + in.size(), example.operand(in.size()).type(), t));
    }
    Op op = example.op();
    int outputs = op.inferShapes(example.inputs()).size();
    List<Value> out =
        g.node("node", op, in, IntStream.range(0, outputs).mapToObj(i -> "out" + i).toList());
    boolean open = IntStream.range(0, outputs).anyMatch(op::sizedByData);
    List<Value> ends = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      ends.add(
          op.sizedByData(i) ? out.get(i) : g.node("end" + i, new Concat(0), joined(g, out.get(i))));
    }
    Graph before = g.build(ends.toArray(Value[]::new));
    Graph after = new ConstantFolding(false).apply(before);
    Map<String, Tensor> expected = run(before, List.of());
    boolean finite =
        expected.values().stream()
            .allMatch(t -> IntStream.range(0, t.size()).allMatch(i -> Float.isFinite(t.get(i))));
    assertEquals(open || !finite, after == before || after.nodes().contains(before.nodes().get(0)));
    assertClose("seed " + SEED, expected, run(after, List.of()));
  }

  /** Concat wants a dimension to join along. */
  private static Value[] joined(Graph.Builder g, Value v) {
    Value x = v.shape().rank() > 0 ? v : g.node(v.name() + ".1", new Reshape(List.of(1)), v);
    return new Value[] {x, x};
  }

  @Test
  void twinsAreComputedOnce() {
    Value x = image(2, 3);
    Value a = g.node("a", new Tanh(), x);
    Value b = g.node("b", new Tanh(), x);
    Value c = g.node("c", new Mul(), a, x);
    Value d = g.node("d", new Mul(), b, x);
    rewritten(
        new CommonSubexpressions(false),
        g.build(g.node("y", new Add(), c, d)),
        "Tanh",
        "Mul",
        "Add");
  }

  @Test
  void twinsThatAreOutputsOrDrawDifferentNumbersStay() {
    Value x = image(2, 3);
    Value a = g.node("a", new Dropout(0.5f), x);
    Value b = g.node("b", new Dropout(0.5f), x);
    Graph graph =
        g.build(
            g.node("y", new Add(), a, b), g.node("t", new Tanh(), x), g.node("u", new Tanh(), x));
    unchanged(new CommonSubexpressions(true), graph);
    assertEquals(
        List.of("Dropout", "Add", "Tanh", "Tanh"),
        operators(new CommonSubexpressions(false).apply(graph)));
  }

  @Test
  void gatesBecomeActivations() {
    Value x = image(2, 3);
    Value a = g.node("a", new Mul(), x, g.node("s", new Sigmoid(), x));
    Value b = g.node("y", new Mul(), g.node("h", new HardSigmoid(1 / 6f, 0.5f), a), a);
    Graph after = rewritten(new SigmoidGates(), g.build(b), "Swish", "HardSwish");
    assertEquals(new Swish(1), after.nodes().get(0).op());
    assertEquals(new HardSwish(), after.nodes().get(1).op());
  }

  @Test
  void otherGatesStay() {
    Value x = image(2, 3);
    Value z = g.input("z", Shape.of(2, 3));
    Value s = g.node("s", new Sigmoid(), x);
    unchanged(
        new SigmoidGates(),
        g.build(
            g.node("a", new Mul(), z, s),
            g.node("b", new Mul(), x, s),
            g.node("c", new Mul(), x, g.node("h", new HardSigmoid(0.2f, 0.5f), x))));
  }

  // ---- Layout

  @Test
  void transposesAroundElementwiseOperatorsCancel() {
    Value x = image(2, 3, 4, 5);
    Value v = g.node("last", Transpose.order(0, 2, 3, 1), x);
    v = g.node("bias", new Add(), v, g.buffer("b", normal(3)));
    v = g.node("relu", new Relu(), v);
    v = g.node("scaled", new Mul(), g.buffer("two", Tensor.of(Shape.of(1), 2)), v);
    v = g.node("first", Transpose.order(0, 3, 1, 2), v);
    Graph after =
        rewritten(
            new TransposeMotion(false),
            g.build(g.node("y", new Tanh(), v)),
            "Add",
            "Relu",
            "Mul",
            "Tanh");
    assertEquals(Shape.of(1, 3, 1, 1), after.nodes().get(0).inputs().get(1).shape());
  }

  @Test
  void transposesPassJoinsAndSums() {
    Value x = image(2, 3, 4, 5);
    Value z = g.input("z", Shape.of(2, 1, 4, 5));
    Value a = g.node("a", Transpose.order(0, 2, 3, 1), x);
    Value b = g.node("b", Transpose.order(0, 2, 3, 1), z);
    Value join = g.node("join", new Concat(-1), a, b);
    Value c = g.node("c", Transpose.order(0, 2, 3, 1), g.input("w", Shape.of(2, 4, 4, 5)));
    Value sum = g.node("sum", new Add(), join, c);
    Graph graph = g.build(g.node("y", Transpose.order(0, 3, 1, 2), sum));
    // The output must be there under its name, so one transpose, of nothing, stays.
    Graph after = new TransposeMotion(false).apply(graph);
    assertEquals(List.of("Concat", "Add", "Transpose", "Transpose"), operators(after));
    Value relu = g.node("relu", new Relu(), graph.value("y"));
    rewritten(new TransposeMotion(false), g.build(relu), "Concat", "Add", "Relu");
  }

  @Test
  void anyOrderIsComposed() {
    Value x = image(2, 3, 4, 5);
    Value v = g.node("a", Transpose.order(3, 1, 0, 2), x);
    v = g.node("b", new Transpose(List.of()), v);
    Graph after =
        rewritten(
            new TransposeMotion(false),
            g.build(g.node("y", Transpose.order(1, 3, 2, 0), v)),
            "Transpose");
    assertEquals(1, after.nodes().size());
  }

  @Test
  void transposesStayWhereTheyCannotPass() {
    Value x = image(2, 3, 4, 4);
    Value a = g.node("a", Transpose.order(0, 2, 3, 1), x);
    Value twice = g.node("twice", new Relu(), a);
    Value b = g.node("b", Transpose.order(0, 1, 3, 2), x);
    Value z = g.input("z", Shape.of(2, 2, 2, 2));
    Value c = g.node("c", Transpose.order(0, 3, 2, 1), z);
    Value d = g.node("d", Transpose.order(0, 1, 3, 2), z);
    unchanged(
        new TransposeMotion(false),
        g.build(
            twice,
            g.node("soft", new Softmax(-1), a),
            g.node("orders", new Add(), c, d),
            g.node("mixed", new Add(), b, x)));
    Value p = g.node("p", new Add(), g.node("e", Transpose.order(0, 2, 3, 1), x), weight("q", 3));
    unchanged(new TransposeMotion(true), g.build(p));
  }

  // ---- All together

  @Test
  void randomGraphsComputeTheSame() {
    int changed = 0;
    int fused = 0;
    for (long seed = 1; seed <= 300; seed++) {
      Graph before = RandomGraph.plain(seed, 12 + (int) (seed % 16));
      Graph after = Passes.forInference(before);
      assertSame(after, Passes.forInference(after), "seed " + seed);
      changed += after != before ? 1 : 0;
      fused += operators(after).contains("FusedConv") ? 1 : 0;
      List<Tensor> inputs = inputs(before, seed);
      assertClose("seed " + seed, run(before, inputs), run(after, inputs));
      assertClose(
          "split, seed " + seed,
          run(before, inputs),
          run(new ConvSplitting().apply(after), inputs));
    }
    assertTrue(changed > 100 && fused > 5, changed + " changed, " + fused + " fused");
  }

  @Test
  void randomGraphsForTrainingHaveTheSameOutputsAndGradients() {
    int changed = 0;
    for (long seed = 1; seed <= 150; seed++) {
      Graph before = RandomGraph.plain(seed, 12 + (int) (seed % 16));
      Graph after = Passes.forTraining(before);
      changed += after != before ? 1 : 0;
      List<Tensor> inputs = inputs(before, seed);
      assertClose("seed " + seed, run(before, inputs), run(after, inputs));
      SplittableRandom random = new SplittableRandom(-seed);
      Map<String, Tensor> cotangents = new LinkedHashMap<>();
      for (Value v : before.outputs()) {
        cotangents.put(v.name(), InputSampler.uniform(v.shape(), -1, 1, random));
      }
      assertClose(
          "gradients, seed " + seed,
          new TreeMap<>(gradients(before, inputs, cotangents)),
          new TreeMap<>(gradients(after, inputs, cotangents)));
    }
    assertTrue(changed > 2, changed + " changed");
  }

  private static List<Tensor> inputs(Graph graph, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return graph.inputs().stream()
        .map(v -> InputSampler.uniform(v.shape(), -1, 1, random))
        .toList();
  }

  @Test
  void aResidualNetworkBecomesConvolutionsAlone() {
    Layers layers = new Layers(g, SEED);
    Value v = g.input("x", Shape.of(1, 3, 8, 8), "batch", "", "H", "W");
    v =
        g.node(
            "stem.relu",
            new Relu(),
            layers.batchNorm("stem.norm", layers.conv("stem", v, 4, 3, 1, 1, false)));
    for (String name : List.of("one", "two")) {
      Value b = layers.batchNorm(name + ".n1", layers.conv(name + ".c1", v, 4, 3, 1, 1, false));
      b = layers.conv(name + ".c2", g.node(name + ".r1", new Relu(), b), 4, 3, 1, 1, false);
      b = g.node(name + ".drop", new Dropout(0.2f), layers.batchNorm(name + ".n2", b));
      v = g.node(name, new Relu(), g.node(name + ".sum", new Add(), v, b));
    }
    Graph graph = g.build(v);
    rewritten(INFERENCE, graph, "FusedConv", "FusedConv", "FusedConv", "FusedConv", "FusedConv");
    assertSame(graph, Passes.forTraining(graph));
    Tensor other = normal(3, 3, 6, 10);
    assertClose(
        "other extents",
        run(graph, List.of(other)),
        run(Passes.forInference(graph), List.of(other)));
  }

  @Test
  void onlyWhatAsksForOutputsAloneIsOpenedInTheFormForInference() {
    Value x = image(1, 3, 4, 4);
    Value a = g.node("a", Conv.square(1, 1, 0), x, weight("w", 4, 3, 1, 1));
    Value y = g.node("y", new Softmax(1), g.node("relu", new Relu(), a));
    Graph graph = g.build(y);
    SessionOptions plain = SessionOptions.inference().on(Backends.named("scalar"));
    assertEquals(List.of("FusedConv", "Softmax"), operators(Passes.open(graph, plain).graph()));
    assertSame(graph, Passes.open(graph, plain.withGradients("a")).graph());
    assertSame(graph, Passes.open(graph, SessionOptions.training(1)).graph());
    SessionPool named = Passes.open(graph, plain.withOutputs("y", "a"));
    assertSame(graph, named.graph());
    List<Tensor> both = named.forward(normal(1, 3, 4, 4));
    assertEquals(Shape.of(1, 4, 4, 4), both.get(1).shape());
    assertArrayEquals(new int[] {1, 4, 4, 4}, both.get(0).shape().toArray());
  }
}
