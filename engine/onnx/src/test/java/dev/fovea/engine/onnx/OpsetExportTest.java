package dev.fovea.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.nn.Layers;
import dev.fovea.engine.op.Dropout;
import dev.fovea.engine.op.GroupNormalization;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.op.Ops;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.op.Swish;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.testkit.InputSampler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every example of every operator in older opsets: it is refused with the oldest one that works, or
 * ONNX Runtime computes the same from it, and it reads back.
 */
class OpsetExportTest {

  private static final long SEED = 20261121;
  private static final List<Integer> OPSETS = List.of(11, 12, 13, 16, 17, 20);

  private static final Pattern REFUSAL =
      Pattern.compile(
          "node 'node' \\(\\w+\\): found opset (\\d+) to write, expected (\\d+) or newer for this"
              + " operator");

  @TestFactory
  Stream<DynamicTest> everyExampleInOlderOpsets() {
    List<DynamicTest> tests = new ArrayList<>();
    for (OpSpec<?> spec : Ops.all()) {
      for (OpSpec.Example e : spec.examples()) {
        tests.add(dynamicTest(e.op() + " " + e.inputs(), () -> inOlderOpsets(e)));
      }
    }
    return tests.stream();
  }

  private static void inOlderOpsets(OpSpec.Example example) throws Exception {
    List<Tensor> operands = InputSampler.inputs(example, new SplittableRandom(SEED));
    Graph graph = OperatorExportTest.graph(example, operands, false);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (Value v : graph.inputs()) {
      inputs.put(v.name(), operands.get(0));
    }
    int oldest = 0;
    for (int opset : OPSETS) {
      if (opset < oldest) {
        continue;
      }
      byte[] file;
      try {
        file = new OnnxWriter(opset).write(graph, null);
      } catch (IllegalArgumentException e) {
        Matcher m = REFUSAL.matcher(e.getMessage());
        assertTrue(m.matches(), e.getMessage());
        assertTrue(oldest == 0 && Integer.parseInt(m.group(2)) > opset, e.getMessage());
        oldest = Integer.parseInt(m.group(2));
        continue;
      }
      check(graph, opset, file, inputs);
    }
    if (oldest > 0) {
      check(graph, oldest, new OnnxWriter(oldest).write(graph, null), inputs);
    }
  }

  private static void check(Graph graph, int opset, byte[] file, Map<String, Tensor> inputs)
      throws Exception {
    String what = "opset " + opset + ", seed " + SEED;
    assertEquals(opset, ModelProto.parseFrom(file).getOpsetImport(0).getVersion());
    Graph read = new OnnxReader().read(file, "memory").graph();
    assertArrayEquals(file, new OnnxWriter(opset).write(read, null), "written again, " + what);
    Map<String, Tensor> expected = OrtRun.run(file, inputs);
    Map<String, Tensor> found = Models.run(read, Models.backends().get(0), inputs);
    assertEquals(expected.keySet(), found.keySet(), what);
    found.forEach((name, t) -> OrtRun.assertClose(name + ", " + what, expected.get(name), t));
  }

  @Test
  void theRefusalNamesTheNodeAndTheOldestOpset() {
    Graph.Builder g = new Graph.Builder("late");
    Value x = g.input("x", Shape.of(1, 4, 2, 2));
    Value y =
        g.node(
            "norm",
            new GroupNormalization(2, 1e-5f),
            x,
            g.parameter("s", Tensor.zeros(4)),
            g.parameter("b", Tensor.zeros(4)));
    Graph graph = g.build(y);
    assertEquals(
        "node 'norm' (GroupNormalization): found opset 17 to write, expected 21 or newer for this"
            + " operator",
        assertThrows(IllegalArgumentException.class, () -> new OnnxWriter(17).write(graph, null))
            .getMessage());
  }

  @Test
  void fileFormatIsThatOfTheOpset() throws Exception {
    Graph graph = Models.classifier(SEED);
    int[][] published = {
      {11, 6}, {12, 7}, {13, 7}, {14, 7}, {15, 8}, {17, 8}, {18, 8}, {19, 9}, {21, 10}, {23, 11},
      {24, 12}
    };
    for (int[] p : published) {
      ModelProto model = ModelProto.parseFrom(new OnnxWriter(p[0]).write(graph, Models.card()));
      assertEquals(p[1], model.getIrVersion(), "opset " + p[0]);
      assertTrue(model.getMetadataPropsCount() > 0, "card");
    }
  }

  @Test
  void namesOfValuesAreKeptAndOthersAdded() throws Exception {
    Graph.Builder g = new Graph.Builder("names");
    Value x = g.input("x", Shape.of(2, 3));
    Value taken = g.node("y.gate", new Swish(1), x);
    Graph graph = g.build(g.node("y", new Swish(2), taken));
    ModelProto model = ModelProto.parseFrom(new OnnxWriter(13).write(graph, null));
    List<String> operators =
        model.getGraph().getNodeList().stream().map(NodeProto::getOpType).toList();
    assertEquals(List.of("Constant", "Sigmoid", "Mul", "Mul", "Sigmoid", "Mul"), operators);
    List<String> values = model.getGraph().getNodeList().stream().map(n -> n.getOutput(0)).toList();
    assertTrue(values.containsAll(List.of("y.gate", "y.gate.gate", "y.gate2", "y")), "" + values);
  }

  @Test
  void filesForTrainingUseTheStatisticsOfTheBatch() throws Exception {
    Graph.Builder g = new Graph.Builder("training");
    Layers layers = new Layers(g, SEED);
    Value x = g.input("x", Shape.of(3, 2, 5, 4));
    Value norm = layers.batchNorm("norm", x);
    // Drops nothing, so that there is something to compare.
    Graph graph = g.build(g.node("y", new Dropout(0), g.node("relu", new Relu(), norm)));
    byte[] file = new OnnxWriter(14).forTraining().write(graph, null);
    assertArrayEquals(file, new OnnxWriter(14).forTraining().write(graph, null));
    List<NodeProto> nodes = ModelProto.parseFrom(file).getGraph().getNodeList();
    assertEquals(
        List.of("norm", "norm.mean.moved", "norm.variance.moved"), nodes.get(0).getOutputList());
    assertEquals(3, nodes.get(2).getInputCount());

    Map<String, Tensor> inputs = Models.inputs(graph, new Random(SEED), x.shape());
    Session session = new Session(graph, SessionOptions.training(SEED), x.shape());
    Tensor trained = session.forward(inputs.get("x")).copy();
    Map<String, Tensor> expected = OrtRun.run(withMovedStatistics(file), inputs);
    OrtRun.assertClose("y", expected.get("y"), trained);
    for (String statistic : List.of("norm.mean", "norm.variance")) {
      OrtRun.assertClose(
          statistic, expected.get(statistic + ".moved"), graph.value(statistic).tensor());
    }
    String refusal =
        assertThrows(
                IllegalArgumentException.class,
                () -> new OnnxWriter(13).forTraining().write(graph, null))
            .getMessage();
    assertEquals(
        "node 'norm' (BatchNormalization): found opset 13 to write, expected 14 or newer for this"
            + " operator",
        refusal);
  }

  /** As outputs of the graph: ONNX Runtime uses the running statistics if nobody reads these. */
  private static byte[] withMovedStatistics(byte[] file) throws Exception {
    ModelProto.Builder model = ModelProto.parseFrom(file).toBuilder();
    for (String name : List.of("norm.mean.moved", "norm.variance.moved")) {
      ValueInfoProto.Builder statistic = model.getGraph().getOutput(0).toBuilder().setName(name);
      statistic.getTypeBuilder().getTensorTypeBuilder().clearShape();
      model.getGraphBuilder().addOutput(statistic);
    }
    return model.build().toByteArray();
  }

  @Test
  void graphsForInferenceAreWrittenInSingleOperators() throws Exception {
    Graph graph = Models.classifier(SEED);
    Map<String, Tensor> inputs = Models.inputs(graph, new Random(SEED), Shape.of(3, 3, 12, 10));
    Graph folded = Passes.forInference(graph);
    for (int opset : new int[] {11, 17, 21}) {
      byte[] file = new OnnxWriter(opset).write(folded, Models.card());
      ModelProto model = ModelProto.parseFrom(file);
      assertTrue(
          model.getGraph().getNodeList().stream()
              .noneMatch(
                  n ->
                      Set.of("BatchNormalization", "FusedConv", "Dropout")
                          .contains(n.getOpType())));
      Map<String, Tensor> expected = OrtRun.run(file, inputs);
      Models.run(graph, Models.backends().get(0), inputs)
          .forEach((name, t) -> OrtRun.assertClose(name, expected.get(name), t));
      ModelFile read = new OnnxReader().read(file, "memory");
      assertArrayEquals(file, new OnnxWriter(opset).write(read.graph(), read.card()));
    }
  }
}
