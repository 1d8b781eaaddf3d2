package dev.fovea.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.op.Ops;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The conformance tests of ONNX for single operators, from the folder {@code onnx-node} of {@code
 * FOVEA_ORACLES}: {@code index.tsv} with name, opset and operators, and for each test a model and
 * its inputs and outputs as protobuf tensors.
 */
class ConformanceTest {

  /** Tests of forms that are refused, and a part of the reason given. */
  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("node/test_add_int16", "a tensor of INT16"),
          Map.entry("node/test_div_int32_trunc", "expected to hold FLOAT, found INT32"),
          Map.entry("node/test_max_uint8", "a tensor of UINT8"),
          Map.entry("node/test_min_uint32", "a tensor of UINT32"),
          Map.entry("node/test_mul_int16", "a tensor of INT16"),
          Map.entry("node/test_mul_uint16", "a tensor of UINT16"),
          Map.entry("node/test_mul_uint32", "a tensor of UINT32"),
          Map.entry("node/test_mul_uint64", "a tensor of UINT64"),
          Map.entry("node/test_reduce_min_bool_inputs", "expected to hold FLOAT, found BOOL"),
          Map.entry("node/test_reduce_prod_empty_set", "an extent of 0"),
          Map.entry("node/test_pow_types_float32_uint64", "a tensor of UINT64"),
          Map.entry("node/test_pow_types_int32_float32", "expected to hold FLOAT, found INT32"),
          Map.entry("node/test_pow_types_int64_int64", "expected to hold FLOAT, found INT64"),
          Map.entry("node/test_sub_uint16", "a tensor of UINT16"),
          Map.entry("node/test_reshape_allowzero_reordered", "an extent of 0"),
          Map.entry("node/test_split_zero_size_splits_opset13", "an extent of 0"),
          Map.entry("node/test_split_zero_size_splits_opset18", "an extent of 0"),
          Map.entry("node/test_wrap_pad", "expected to hold FLOAT, found INT32"));

  /**
   * Where ONNX Runtime and the reference differ we follow the former: with align_corners it takes
   * the number of output pixels, the reference the fraction {@code scale * input} before rounding
   * down. The indices of a MaxUnpool are into its output, and not into what the output would be
   * without output_shape.
   */
  private static final Set<String> AS_ONNX_RUNTIME =
      Set.of(
          "node/test_resize_downsample_scales_linear_align_corners",
          "node/test_resize_downsample_scales_cubic_align_corners",
          "node/test_maxunpool_export_with_output_shape");

  @TestFactory
  Stream<DynamicTest> singleOperators() throws IOException {
    String oracles = System.getenv("FOVEA_ORACLES");
    if (oracles == null) {
      String why = "FOVEA_ORACLES is not set (folder with onnx-node/index.tsv)";
      System.out.println("skipped: " + why);
      return Stream.of(dynamicTest("skipped", () -> Assumptions.abort(why)));
    }
    Path root = Path.of(oracles, "onnx-node");
    List<DynamicTest> tests = new ArrayList<>();
    for (String line : Files.readAllLines(root.resolve("index.tsv"))) {
      String[] columns = line.split("\t", -1);
      if (Ops.named(columns[2]) != null) {
        tests.add(dynamicTest(columns[0], () -> run(columns[0], root.resolve(columns[0]))));
      }
    }
    return tests.stream();
  }

  private static void run(String name, Path test) throws IOException {
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(test.resolve("model.onnx")));
    Map<String, TensorProto> given = new LinkedHashMap<>();
    for (int i = 0; i < model.getGraph().getInputCount(); i++) {
      given.put(model.getGraph().getInput(i).getName(), tensor(test, "input_" + i));
    }
    byte[] file = withConstants(model, given).toByteArray();
    String reason = REFUSED.get(name);
    if (reason != null) {
      String message =
          assertThrows(ModelFormatException.class, () -> new OnnxReader().read(file, name))
              .getMessage();
      assertTrue(message.contains(reason), message);
      return;
    }
    Graph graph = new OnnxReader().read(file, name).graph();
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (Value in : graph.inputs()) {
      inputs.put(
          in.name(), TensorReader.read(new Place(name), given.get(in.name()), Limits.DEFAULT));
    }
    Tensor found =
        Models.run(graph, Models.backends().get(0), inputs).get(graph.outputs().get(0).name());
    Tensor expected =
        AS_ONNX_RUNTIME.contains(name)
            ? OrtRun.run(file, inputs).get(graph.outputs().get(0).name())
            : TensorReader.read(new Place(name), tensor(test, "output_0"), Limits.DEFAULT);
    assertEquals(expected.shape(), found.shape());
    for (int i = 0; i < expected.size(); i++) {
      // The bounds of ONNX's own runner.
      assertEquals(expected.get(i), found.get(i), 1e-7 + 1e-3 * Math.abs(expected.get(i)));
    }
  }

  /** The tests feed shapes and scales as inputs; a static graph must have them in the file. */
  private static ModelProto withConstants(ModelProto model, Map<String, TensorProto> given) {
    ModelProto.Builder b = model.toBuilder();
    NodeProto node = model.getGraph().getNode(0);
    OpSpec<?> spec = Ops.named(node.getOpType());
    for (int i = 0; i < node.getInputCount(); i++) {
      if (spec.constantInputs().contains(i) && given.containsKey(node.getInput(i))) {
        b.getGraphBuilder()
            .addInitializer(given.get(node.getInput(i)).toBuilder().setName(node.getInput(i)));
      }
    }
    return b.build();
  }

  private static TensorProto tensor(Path test, String name) throws IOException {
    Path file = test.resolve("test_data_set_0").resolve(name + ".pb");
    return TensorProto.parseFrom(Files.readAllBytes(file));
  }
}
