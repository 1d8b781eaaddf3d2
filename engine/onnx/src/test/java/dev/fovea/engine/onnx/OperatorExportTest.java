package dev.fovea.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.op.BatchNormalization;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.op.Ops;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every example of every operator, written, run in ONNX Runtime, read back, and run again. */
class OperatorExportTest {

  private static final long SEED = 20261121;

  @TestFactory
  Stream<DynamicTest> everyExampleMeansTheSameInOnnxRuntime() {
    List<DynamicTest> tests = new ArrayList<>();
    for (OpSpec<?> spec : Ops.all()) {
      for (OpSpec.Example e : spec.examples()) {
        tests.add(dynamicTest(e.op() + " " + e.inputs(), () -> roundTrip(e, false)));
        if (e.inputs().size() > 1) {
          tests.add(
              dynamicTest(e.op() + " " + e.inputs() + " as inputs", () -> roundTrip(e, true)));
        }
      }
    }
    return tests.stream();
  }

  private static void roundTrip(OpSpec.Example example, boolean allInputs) throws Exception {
    Random random = new Random(SEED);
    Graph graph = graph(example, random, allInputs);
    Map<String, Tensor> inputs = Models.inputs(graph, random);
    if (allInputs && example.op() instanceof BatchNormalization) {
      inputs.compute("in4", (name, t) -> positive(t));
    }
    byte[] file = new OnnxWriter().write(graph, null);
    Tensor expected = OrtRun.run(file, inputs).get("node");
    Graph read = new OnnxReader().read(file, "memory").graph();

    assertEquals(graph.nodes().get(0).op(), read.nodes().get(0).op(), "attributes, seed " + SEED);
    assertEquals(kinds(graph), kinds(read));
    assertArrayEquals(file, new OnnxWriter().write(read, null), "written again");
    for (Backend backend : Models.backends()) {
      Tensor found = Models.run(graph, backend, inputs).get("node");
      OrtRun.assertClose(backend.name() + ", seed " + SEED, expected, found);
      Tensor again = Models.run(read, backend, inputs).get("node");
      assertArrayEquals(found.toArray(), again.toArray(), "read back, on " + backend.name());
    }
  }

  private static List<String> kinds(Graph graph) {
    return graph.values().stream().map(v -> v + " " + v.kind()).toList();
  }

  private static Graph graph(OpSpec.Example example, Random random, boolean allInputs) {
    Op op = example.op();
    Graph.Builder g = new Graph.Builder("one");
    List<Value> operands = new ArrayList<>();
    for (int i = 0; i < example.inputs().size(); i++) {
      Shape s = example.inputs().get(i);
      if (i == 0 || allInputs) {
        operands.add(g.input("in" + i, s));
        continue;
      }
      Tensor t = Models.random(random, s);
      if (op instanceof BatchNormalization && i == 4) {
        t = positive(t);
      }
      operands.add(op.learns(i) ? g.parameter("w" + i, t) : g.buffer("w" + i, t));
    }
    return g.build(g.node("node", op, operands.toArray(Value[]::new)));
  }

  /** A variance. */
  private static Tensor positive(Tensor t) {
    float[] v = t.toArray();
    for (int i = 0; i < v.length; i++) {
      v[i] = v[i] * v[i] + 0.1f;
    }
    return Tensor.of(t.shape(), v);
  }
}
