package dev.fovea.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Window;
import dev.fovea.engine.op.ArgMax;
import dev.fovea.engine.op.Conv;
import dev.fovea.engine.op.Erf;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Round;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunHintsTest {

  private static List<String> hints(Graph graph, long bytes) {
    List<Shape> inputs = graph.inputs().stream().map(Value::shape).toList();
    return RunHints.of(graph, graph.inferShapes(inputs), bytes);
  }

  private static void assertHint(String expected, Graph graph) {
    List<String> found = hints(graph, 0);
    assertTrue(found.stream().anyMatch(line -> line.startsWith(expected)), found.toString());
  }

  @Test
  void aPlainNetworkHasNone() {
    Graph.Builder g = new Graph.Builder("plain");
    Value x = g.input("x", Shape.of(1, 3, 64, 64), "batch", "", "", "");
    Value w = g.parameter("w", Tensor.zeros(8, 3, 3, 3));
    Graph graph = g.build(g.node("y", new Relu(), g.node("c", Conv.square(3, 1, 1), x, w)));
    assertEquals(List.of(), hints(graph, 0));
    assertTrue(hints(graph, Runtime.getRuntime().maxMemory()).get(0).startsWith("memory: "));
  }

  @Test
  void whatIsComputedNumberByNumber() {
    assertHint(
        "slow: the 2.1 million elements of Erf are computed number by number", erfTwice(512));
    assertEquals(List.of(), hints(erfTwice(64), 0));
  }

  private static Graph erfTwice(int side) {
    Graph.Builder g = new Graph.Builder("erf");
    Value x = g.input("x", Shape.of(1, 4, side, side), "", "", "", "");
    return g.build(g.node("y", new Erf(), g.node("z", new Erf(), x)));
  }

  @Test
  void convolutionsThatFillNoVectors() {
    Graph.Builder g = new Graph.Builder("depthwise");
    Value x = g.input("x", Shape.of(1, 8, 32, 32), "", "", "height", "width");
    Value w = g.parameter("w", Tensor.zeros(8, 1, 3, 3));
    Value y = g.node("thin", new Conv(Conv.square(3, 1, 1).window(), 8), x, w);
    Graph graph = g.build(y);
    assertHint("slow: 1 convolutions with 100 % of the work have fewer than 4 outputs", graph);
    assertHint("input 'x' leaves height, width free", graph);
  }

  @Test
  void hugeKernels() {
    Graph.Builder g = new Graph.Builder("huge");
    Value x = g.input("x", Shape.of(1, 1, 32, 32), "", "", "", "");
    Value w = g.parameter("w", Tensor.zeros(4, 1, 17, 17));
    Graph graph = g.build(g.node("wide", new Conv(Window.square(17, 1, 8), 1), x, w));
    assertHint("slow: 1 convolutions with 100 % of the work have kernels of 16 x 16", graph);
  }

  @Test
  void outputsWithoutGradient() {
    Graph.Builder g = new Graph.Builder("labels");
    Value x = g.input("x", Shape.of(1, 3, 4, 4), "", "", "", "");
    Value rounded = g.node("rounded", new Round(), x);
    Value labels = g.node("labels", new ArgMax(1, false, false), x);
    Graph graph = g.build(g.node("kept", new Relu(), x), rounded, labels);
    assertHint("no gradient runs from rounded, labels back to the input, because of ArgMax", graph);
  }
}
