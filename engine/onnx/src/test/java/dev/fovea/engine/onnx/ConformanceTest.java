package dev.fovea.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.onnx.conformance.ConformanceResult;
import dev.fovea.engine.onnx.conformance.ConformanceResult.Status;
import dev.fovea.engine.onnx.conformance.ConformanceSuite;
import dev.fovea.engine.onnx.conformance.ConformanceTestCase;
import dev.fovea.engine.onnx.conformance.FoveaRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runner of ONNX's own tests: on tests made here, and on those of ONNX where they are. */
class ConformanceTest {

  private static final FoveaRunner RUNNER = new FoveaRunner(SessionOptions.inference());

  /**
   * Tests of ONNX that fail, and why. Where ONNX Runtime and the reference differ we follow the
   * former: with align_corners it takes the number of output pixels, the reference the fraction
   * {@code scale * input} before rounding down; the indices of a MaxUnpool are into its output, and
   * not into what the output would be without output_shape.
   */
  private static final Map<String, String> FAILING =
      Map.of(
          "node/test_resize_downsample_scales_linear_align_corners", "as ONNX Runtime",
          "node/test_resize_downsample_scales_cubic_align_corners", "as ONNX Runtime",
          "node/test_maxunpool_export_with_output_shape", "as ONNX Runtime");

  @TempDir Path root;

  /** A test of {@code y = Relu(x)}. */
  private Path relu(String name, TensorProto x, TensorProto y) throws IOException {
    return test(name, new ProtoModel(14).input("x", 3).node("Relu", "x", "y").output("y"), x, y);
  }

  private Path test(String name, ProtoModel model, TensorProto x, TensorProto y)
      throws IOException {
    Path folder = root.resolve(name);
    Path set = Files.createDirectories(folder.resolve("test_data_set_0"));
    Files.write(folder.resolve("model.onnx"), model.bytes());
    Files.write(set.resolve("input_0.pb"), x.toByteArray());
    Files.write(set.resolve("output_0.pb"), y.toByteArray());
    return folder;
  }

  private static TensorProto floats(float... values) {
    TensorProto.Builder t =
        TensorProto.newBuilder().setDataType(DataType.FLOAT_VALUE).addDims(values.length);
    for (float v : values) {
      t.addFloatData(v);
    }
    return t.build();
  }

  private Map<String, ConformanceResult> run() throws IOException {
    Map<String, ConformanceResult> results = new TreeMap<>();
    for (ConformanceTestCase test : ConformanceSuite.find(root)) {
      results.put(test.name(), test.run(RUNNER));
    }
    return results;
  }

  @Test
  void differencesWithinTheBoundsPass() throws IOException {
    relu("a/within", floats(-1, 2, 1000), floats(1e-7f, 2.0019f, 999.1f));
    relu("b/beyond", floats(-1, 2, 1000), floats(2e-7f, 2, 1000));
    relu("b/far", floats(-1, 2, 1000), floats(0, 2, 1001.1f));
    float infinity = Float.POSITIVE_INFINITY;
    relu("c/infinite", floats(-infinity, infinity, 1), floats(0, infinity, 1));
    relu("c/large", floats(0, infinity, 1), floats(0, Float.MAX_VALUE, 1));
    Map<String, ConformanceResult> results = run();
    assertEquals(
        Map.of(
            "a/within", Status.PASSED,
            "b/beyond", Status.FAILED,
            "b/far", Status.FAILED,
            "c/infinite", Status.PASSED,
            "c/large", Status.FAILED),
        statuses(results));
    assertEquals(
        "test_data_set_0: output 0: element 2: expected 1001.0999755859375, found 1000.0",
        results.get("b/far").reason());
    assertEquals("graph", results.get("a/within").way());
  }

  private static Map<String, Status> statuses(Map<String, ConformanceResult> results) {
    Map<String, Status> all = new TreeMap<>();
    results.forEach((name, r) -> all.put(name, r.status()));
    return all;
  }

  @Test
  void shapeAndTypeMustBeEqual() throws IOException {
    TensorProto x = floats(1, 2, 3);
    relu("shape", x, floats(1, 2, 3).toBuilder().clearDims().addDims(1).addDims(3).build());
    relu("type", x, ProtoModel.longs("y", 1, 2, 3));
    Map<String, ConformanceResult> results = run();
    assertEquals(
        "test_data_set_0: output 0: expected FLOAT [1, 3], found FLOAT [3]",
        results.get("shape").reason());
    assertEquals(
        "test_data_set_0: output 0: expected INT64 [3], found FLOAT [3]",
        results.get("type").reason());
  }

  @Test
  void oneBadTestStopsNoOther() throws IOException {
    TensorProto x = floats(1, 2, 3);
    relu("good", x, x);
    Files.write(relu("no_model", x, x).resolve("model.onnx"), new byte[] {8, 8, 66, 0});
    Files.write(relu("no_protobuf", x, x).resolve("model.onnx"), new byte[] {-1, -1, -1});
    Path broken = relu("no_tensor", x, x).resolve("test_data_set_0");
    Files.write(broken.resolve("input_0.pb"), new byte[] {-1, -1});
    Files.delete(relu("no_input", x, x).resolve("test_data_set_0").resolve("input_0.pb"));
    Path none = Files.createDirectories(root.resolve("no_data"));
    Files.copy(root.resolve("good/model.onnx"), none.resolve("model.onnx"));
    test("shape", new ProtoModel(14).input("x", 3).node("MatMul", "x,x,x", "y").output("y"), x, x);
    Map<String, ConformanceResult> results = run();
    assertEquals(7, results.size());
    results.forEach(
        (name, r) -> {
          assertEquals(
              name.equals("good") ? Status.PASSED : Status.FAILED, r.status(), name + r.reason());
          assertEquals(name.equals("good"), r.reason().isEmpty(), name);
          assertEquals(r.reason().lines().count(), name.equals("good") ? 0 : 1, r.reason());
        });
  }

  @Test
  void unknownOperatorsAreNamed() throws IOException {
    TensorProto x = floats(1, 2, 3);
    test("unknown", new ProtoModel(14).input("x", 3).node("Scan", "x", "y").output("y"), x, x);
    ProtoModel foreign = new ProtoModel(14).input("x", 3).node("Relu", "x", "y").output("y");
    foreign.graph().getNodeBuilder(0).setDomain("com.example");
    test("foreign", foreign, x, x);
    Map<String, ConformanceResult> results = run();
    results.values().forEach(r -> assertEquals(Status.UNSUPPORTED, r.status()));
    assertEquals("Scan", results.get("unknown").unsupported());
    assertEquals("com.example.Relu", results.get("foreign").unsupported());
    assertEquals(
        "unknown: node 'y' (Scan, opset 14): found the operator Scan of opset 14, which is for"
            + " control flow, expected operators of the kinds that Fovea computes; ONNX Runtime"
            + " runs more of them: --runtime onnxruntime",
        results.get("unknown").reason());
  }

  @Test
  void aFolderWithoutTestsIsRefused() {
    Path missing = root.resolve("missing");
    assertEquals(
        missing + ": found no such folder, expected one with ONNX tests",
        assertThrows(IOException.class, () -> ConformanceSuite.find(missing)).getMessage());
    assertEquals(
        root + ": found no ONNX tests, expected folders with model.onnx",
        assertThrows(IOException.class, () -> ConformanceSuite.find(root)).getMessage());
  }

  /** The tests of ONNX, from the folder {@code onnx-node} of {@code FOVEA_ORACLES}. */
  @Test
  void testsOfOnnx() throws IOException {
    String oracles = System.getenv("FOVEA_ORACLES");
    if (oracles == null) {
      System.out.println("skipped: FOVEA_ORACLES is not set (folder with onnx-node)");
    }
    Assumptions.assumeTrue(oracles != null, "FOVEA_ORACLES is not set");
    Map<Status, Integer> counts = new TreeMap<>();
    List<String> failures = new ArrayList<>();
    for (ConformanceTestCase test : ConformanceSuite.find(Path.of(oracles, "onnx-node"))) {
      ConformanceResult r = test.run(RUNNER);
      counts.merge(r.status(), 1, Integer::sum);
      if (r.status() == Status.UNSUPPORTED) {
        System.out.println(r.reason());
      }
      if ((r.status() == Status.FAILED) != FAILING.containsKey(r.name())) {
        failures.add(r.name() + ": " + r.status() + " " + r.reason());
      }
    }
    System.out.println("conformance tests of ONNX: " + counts);
    assertTrue(failures.isEmpty(), String.join("\n", failures));
  }
}
