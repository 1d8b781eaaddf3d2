package dev.fovea.engine.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.op.Add;
import dev.fovea.engine.op.Concat;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.ConvTranspose;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.MaxPool;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Reshape;
import dev.fovea.engine.op.Resize;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class GraphTest {

  private final Graph.Builder builder = new Graph.Builder("net");

  private static void refused(Executable work, String... parts) {
    String m = assertThrows(GraphException.class, work).getMessage();
    for (String p : parts) {
      assertTrue(m.contains(p), () -> "\"" + p + "\" is missing in: " + m);
    }
    assertTrue(m.indexOf('\n') < 0, m);
  }

  @Test
  void keepsNodesInOrderAndDropsWhatNoOutputNeeds() {
    Value x = builder.input("x", Shape.of(2, 3));
    Value a = builder.node("a", new Relu(), x);
    builder.node("unused", new Relu(), a);
    Value p = builder.parameter("p", Tensor.zeros(3));
    builder.parameter("unused parameter", Tensor.zeros(5));
    Value y = builder.node("y", new Add(), a, p);
    Graph g = builder.build(y);
    assertEquals(List.of("a", "y"), g.nodes().stream().map(Node::name).toList());
    assertEquals(List.of(p), g.parameters());
    assertEquals(3, g.parameterCount());
    assertSame(a, g.value("a"));
    assertEquals(List.of("a"), g.withOutputs("a").nodes().stream().map(Node::name).toList());
    assertEquals(List.of(x), g.withOutputs("a").inputs());
    refused(() -> g.value("unused"), "'net'", "'unused'");
    assertSame(x, builder.find("x"));
    assertNull(builder.find("z"));
  }

  @Test
  void namesAreUniqueAndValuesOfThisGraph() {
    Value x = builder.input("x", Shape.of(2, 3));
    builder.node("a", new Relu(), x);
    refused(() -> builder.node("a", new Relu(), x), "'a'", "twice");
    refused(() -> builder.input("x", Shape.of(1)), "'x'", "twice");
    refused(() -> builder.parameter("a", Tensor.zeros(1)), "'a'", "twice");
    Value foreign = new Graph.Builder("other").input("x", Shape.of(2, 3));
    refused(() -> builder.node("b", new Relu(), foreign), "'b'", "'x'", "another graph");
    refused(
        () -> builder.node("c", new Relu(), List.of(x), List.of("c", "d")),
        "'c'",
        "expected 1 outputs",
        "found 2");
  }

  @Test
  void outputsAreValuesOfThisGraphAndThereIsOne() {
    Value x = builder.input("x", Shape.of(2, 3));
    builder.node("a", new Relu(), x);
    Value foreign = new Graph.Builder("other").input("x", Shape.of(2, 3));
    refused(() -> builder.build(foreign), "'net'", "'x'", "another graph");
    refused(builder::build, "'net'", "expected at least one output");
    Graph g = builder.build(builder.find("a"));
    refused(g::withOutputs, "'net'", "expected at least one output");
    refused(() -> g.withOutputs("b"), "'net'", "'b'");
  }

  @Test
  void refusesShapesThatDoNotFitInTheWordsOfTheNode() {
    Value x = builder.input("x", Shape.of(2, 3, 8, 8));
    Value w = builder.parameter("w", Tensor.zeros(4, 5, 3, 3));
    refused(
        () -> builder.node("conv1", Conv.square(3, 1, 1), x, w),
        "node 'conv1'",
        "Conv",
        "weights expected [4, 3, 3, 3]",
        "found [4, 5, 3, 3]");
    refused(
        () -> builder.node("fc", Gemm.dense(), x, w, w),
        "node 'fc'",
        "Gemm",
        "a matrix",
        "[2, 3, 8, 8]");
    refused(() -> builder.node("n", new Relu()), "node 'n'", "expected 1", "found 0");
  }

  @Test
  void scalarsHaveNoAxis() {
    Value s = builder.input("s", Shape.SCALAR);
    refused(() -> builder.node("softmax", new Softmax(0), s), "'softmax'", "axis", "[]");
    refused(() -> builder.node("concat", new Concat(0), s, s), "'concat'", "axis", "[]");
    assertEquals(Shape.of(1, 1), builder.node("flat", new Flatten(0), s).shape());
  }

  @Test
  void windowsThatOverflowAreRefusedNotWrapped() {
    // (65537 - 1) * 65536 + 1 is 1 in 32 bits: a window that seems to fit everywhere.
    windowRefused(() -> new Window(65537, 1, 1, 1, 0, 0, 0, 0, 65536, 1), "rows", "4294967297");
    windowRefused(() -> new Window(1, 1 << 30, 1, 1, 0, 0, 0, 0, 1, 1), "columns", "1073741824");
    windowRefused(() -> new Window(8, 8, 1, 1, 1 << 30, 0, 1 << 30, 0, 1, 1), "rows", "padding");
    // The sum of an extent and both paddings is beyond 32 bits, but not the number of outputs.
    Window padded = new Window(1, 1, 1 << 29, 1, 1 << 29, 0, 1 << 29, 0, 1, 1);
    assertEquals(6, padded.outputH(Integer.MAX_VALUE));
    assertThrows(
        ArithmeticException.class,
        () -> new Window(1, 1, 1, 1, 1, 0, 1, 0, 1, 1).outputH(Integer.MAX_VALUE));
  }

  private static void windowRefused(Executable make, String... parts) {
    String m = assertThrows(IllegalArgumentException.class, make).getMessage();
    for (String p : parts) {
      assertTrue(m.contains(p), m);
    }
  }

  @Test
  void extentsThatOverflowAreRefusedNotWrapped() {
    Value image = builder.input("image", Shape.of(1, 1, 8, 8));
    Value w8 = builder.parameter("w8", Tensor.zeros(1, 1, 8, 8));
    Window strided = new Window(8, 8, 1 << 30, 1, 0, 0, 0, 0, 1, 1);
    refused(() -> builder.node("up", new ConvTranspose(strided, 1, 0, 0), image, w8), "'up'");
    refused(() -> builder.node("resize", Resize.nearest(1e9f), image), "'resize'");
    refused(() -> builder.node("reshape", new Reshape(List.of(65536, 65536)), image), "'reshape'");
    Value empty = builder.input("empty", Shape.of(0, 1 << 30));
    refused(
        () -> builder.node("concat", new Concat(1), empty, empty, empty, empty, empty), "'concat'");
    Value deep = builder.input("deep", Shape.of(0, 65536, 65536));
    refused(() -> builder.node("flatten", new Flatten(1), deep), "'flatten'");
  }

  @Test
  void freeDimensionsMayDifferFromRunToRun() {
    Value a = builder.input("a", Shape.of(1, 3, 8, 8), "N", "", "H", "W");
    Value b = builder.input("b", Shape.of(1, 3, 8, 8), "N", "", "H", "W");
    Graph g = builder.build(builder.node("y", new Add(), a, b));
    Shape s = Shape.of(2, 3, 5, 7);
    assertEquals(s, g.inferShapes(List.of(s, s)).get(g.value("y")));
    assertEquals("[N, 3, H, W]", Graph.describe(a));
    refused(
        () -> g.inferShapes(List.of(Shape.of(2, 4, 5, 7), s)),
        "'a'",
        "expected [N, 3, H, W]",
        "found [2, 4, 5, 7]");
    // N is one number for both inputs, though both shapes fit by themselves.
    refused(() -> g.inferShapes(List.of(s, Shape.of(1, 3, 5, 7))), "'b'", "[1, 3, 5, 7]");
    refused(() -> g.inferShapes(List.of(s)), "expected 2 inputs", "found 1");
    refused(() -> g.inferShapes(List.of(Shape.of(2, 3, 5), s)), "'a'", "[2, 3, 5]");
    refused(() -> new Graph.Builder("g").input("x", Shape.of(2, 3), "N"), "'x'", "[2, 3]", "[N]");
  }

  @Test
  void aNodeThatCannotWorkWithOtherExtentsIsNamed() {
    Value x = builder.input("x", Shape.of(1, 1, 8, 8), "N", "", "H", "W");
    Value flat = builder.node("flat", new Flatten(1), x);
    Value w = builder.parameter("w", Tensor.zeros(10, 64));
    Graph g = builder.build(builder.node("fc", Gemm.dense(), flat, w));
    refused(() -> g.inferShapes(List.of(Shape.of(1, 1, 9, 8))), "'fc'", "[1, 72]", "[10, 64]");
  }

  @Test
  void copiesHaveTensorsOfTheirOwn() {
    Value x = builder.input("x", Shape.of(2, 3), "N", "");
    Value p = builder.parameter("p", Tensor.of(Shape.of(3), 1, 2, 3));
    Value b = builder.buffer("b", Tensor.of(Shape.of(3), 4, 5, 6));
    Value y = builder.node("y", new Add(), builder.node("s", new Add(), x, p), b);
    Graph g = builder.build(y);
    Graph copy = g.copy();
    assertEquals(g.weightsHash(), copy.weightsHash());
    assertNotSame(p.tensor().array(), copy.value("p").tensor().array());
    assertEquals(Value.Kind.BUFFER, copy.value("b").kind());
    assertEquals(List.of("N", ""), copy.inputs().get(0).freeDims());
    copy.value("p").tensor().fill(9);
    assertEquals(1, p.tensor().get(0));
    assertNotEquals(g.weightsHash(), copy.weightsHash());
  }

  @Test
  void theHashIsOfNamesShapesAndBits() {
    String hash = ofOne("p", 1, 0).weightsHash();
    assertEquals(64, hash.length());
    assertEquals(hash, ofOne("p", 1, 0).weightsHash());
    assertNotEquals(hash, ofOne("q", 1, 0).weightsHash());
    assertNotEquals(hash, ofOne("p", 1, -0f).weightsHash());
    assertNotEquals(hash, ofOne("p", 1, 0, 0).weightsHash());
  }

  private static Graph ofOne(String name, float... values) {
    Graph.Builder b = new Graph.Builder("g");
    Value p = b.parameter(name, Tensor.of(Shape.of(values.length), values));
    return b.build(b.node("y", new Relu(), p));
  }

  @Test
  void anOutputMayBeAnInputOrATensorOfTheModel() {
    Value x = builder.input("x", Shape.of(2));
    Value p = builder.parameter("p", Tensor.of(Shape.of(2), 3, 4));
    Graph g = builder.build(p, x);
    assertEquals(List.of(p), g.parameters());
    assertEquals(List.of(p, x), g.outputs());
    assertTrue(g.nodes().isEmpty());
  }

  @Test
  void operatorsRefuseAttributesOutOfRange() {
    Class<IllegalArgumentException> refusal = IllegalArgumentException.class;
    assertThrows(refusal, () -> new Window(0, 1, 1, 1, 0, 0, 0, 0, 1, 1));
    assertThrows(refusal, () -> new Window(1, 1, 0, 1, 0, 0, 0, 0, 1, 1));
    assertThrows(refusal, () -> new Window(1, 1, 1, 1, 0, -1, 0, 0, 1, 1));
    assertThrows(refusal, () -> new Conv(Window.square(1, 1, 0), 0));
    assertThrows(refusal, () -> new Reshape(List.of(-1, -1)));
    assertThrows(refusal, () -> new Reshape(List.of(-2)));
    assertThrows(refusal, () -> Resize.nearest(0));
    assertThrows(refusal, () -> Resize.nearest(Float.NaN));
    assertThrows(refusal, () -> new ConvTranspose(Window.square(3, 2, 0), 1, 2, 0));
    Op pool = MaxPool.square(2, 2, 2);
    Value x = builder.input("x", Shape.of(1, 1, 8, 8));
    refused(() -> builder.node("pool", pool, x), "'pool'", "padding");
  }
}
