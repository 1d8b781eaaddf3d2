package dev.fovea.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.op.Ops;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.testkit.InputSampler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
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
    List<Tensor> operands = InputSampler.inputs(example, new SplittableRandom(SEED));
    Graph graph = graph(example, operands, allInputs);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (int i = 0; i < graph.inputs().size(); i++) {
      inputs.put("in" + i, operands.get(i));
    }
    byte[] file = new OnnxWriter().write(graph, null);
    Map<String, Tensor> expected = OrtRun.run(file, inputs);
    Graph read = new OnnxReader().read(file, "memory").graph();

    assertEquals(graph.nodes().get(0).op(), read.nodes().get(0).op(), "attributes, seed " + SEED);
    assertEquals(kinds(graph), kinds(read));
    assertArrayEquals(file, new OnnxWriter().write(read, null), "written again");
    for (Backend backend : Models.backends()) {
      Map<String, Tensor> found = Models.run(graph, backend, inputs);
      Map<String, Tensor> again = Models.run(read, backend, inputs);
      assertEquals(expected.keySet(), found.keySet());
      for (String output : found.keySet()) {
        String what = output + " on " + backend.name() + ", seed " + SEED;
        OrtRun.assertClose(what, expected.get(output), found.get(output));
        assertArrayEquals(
            found.get(output).toArray(), again.get(output).toArray(), "read back: " + what);
      }
    }
  }

  private static List<String> kinds(Graph graph) {
    return graph.values().stream().map(v -> v + " " + v.type() + " " + v.kind()).toList();
  }

  /** A node, named so, whose first or all inputs are those of the graph. */
  static Graph graph(OpSpec.Example example, List<Tensor> tensors, boolean allInputs) {
    Op op = example.op();
    Graph.Builder g = new Graph.Builder("one");
    List<Value> operands = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      Tensor t = tensors.get(i);
      ElementType type = example.operand(i).type();
      if (i == 0 || allInputs) {
        operands.add(g.input("in" + i, type, t.shape()));
      } else if (type == ElementType.FLOAT && op.learns(i)) {
        operands.add(g.parameter("w" + i, t));
      } else {
        operands.add(g.buffer("w" + i, type, t));
      }
    }
    int outputs = op.inferShapes(example.inputs()).size();
    List<String> names = IntStream.range(0, outputs).mapToObj(i -> "node" + i).toList();
    return g.build(g.node("node", op, operands, names).toArray(Value[]::new));
  }
}
