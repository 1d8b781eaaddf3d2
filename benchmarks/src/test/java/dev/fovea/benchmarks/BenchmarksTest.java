package dev.fovea.benchmarks;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The programs from end to end, as short as they can be, with what a normal build has. */
class BenchmarksTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** Runs a command that must end well, and returns its results. */
  private List<JsonNode> results(String... command) throws IOException {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--quick", "--json", "--seconds=0"));
    int code =
        Benchmarks.execute(
            new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
    assertEquals(0, code, err.toString());
    JsonNode document = new ObjectMapper().readTree(out.toString());
    assertEquals(List.of("machine", "results"), names(document));
    assertTrue(document.get("machine").asText().contains("cores"), out.toString());
    List<JsonNode> results = new ArrayList<>();
    document.get("results").forEach(results::add);
    for (JsonNode r : results) {
      assertEquals(
          List.of(
              "model", "peer", "batch", "threads", "jdk", "ours_ms", "peer_ms", "ratio", "spread"),
          names(r));
      assertTrue(r.get("ours_ms").asDouble() > 0 && r.get("peer_ms").asDouble() > 0, "" + r);
      assertTrue(r.get("ratio").asDouble() > 0 && r.get("spread").asDouble() >= 0, "" + r);
      assertEquals(Runtime.version().feature(), r.get("jdk").asInt());
    }
    return results;
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void convolutionsBesideOnnxRuntimeAndOpenCv() throws IOException {
    List<JsonNode> results =
        results(
            "conv",
            "--only=33 -> 33",
            "--batches=1,2",
            "--threads=1",
            "--peers=onnxruntime,opencv");
    assertEquals(4, results.size(), err.toString());
    assertEquals("17x33x33 -> 33, 3x3", results.get(0).get("model").asText());
    assertEquals("onnxruntime", results.get(0).get("peer").asText());
    assertEquals("opencv", results.get(1).get("peer").asText());
    assertEquals(2, results.get(2).get("batch").asInt());
    assertTrue(err.toString().contains("onnxruntime: median of 2 ratios"), err.toString());
    assertTrue(err.toString().contains("GFLOP/s"), err.toString());
  }

  @Test
  void productsBesidePlainJava() throws IOException {
    List<JsonNode> results = results("gemm", "--only=512x49x4608", "--threads=2", "--peers=scalar");
    assertEquals(1, results.size());
    assertEquals("sgemm 512x49x4608", results.get(0).get("model").asText());
    assertEquals(2, results.get(0).get("threads").asInt());
  }

  @Test
  void networksBesideOnnxRuntimeAndThemselves() throws IOException {
    List<JsonNode> results =
        results(
            "inference",
            "--networks=squeezenet1.1",
            "--threads=1",
            "--peers=onnxruntime,as-built,scalar");
    assertEquals(
        List.of("onnxruntime", "as-built", "scalar"),
        results.stream().map(r -> r.get("peer").asText()).toList());
  }

  @Test
  void trainingsBesidePlainJava() throws IOException {
    List<JsonNode> results =
        results("training", "--networks=convnet,captioner", "--threads=2", "--peers=scalar,dl4j");
    assertEquals(
        List.of("convnet", "captioner"),
        results.stream().map(r -> r.get("model").asText()).toList());
    assertTrue(err.toString().contains("peer 'dl4j' is left out: it is not"), err.toString());
  }

  @Test
  void peersThatAreNotThereAreLeftOutWithALine() throws IOException {
    assertEquals(List.of(), results("gemm", "--only=512x49x4608", "--peers=onednn"));
    assertTrue(err.toString().contains("peer 'onednn' is left out: it is not"), err.toString());
  }

  @Test
  void memoryAsPlannedIsWhatIsFound() throws IOException {
    int code =
        Benchmarks.execute(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            "memory",
            "--quick",
            "--json",
            "--networks=squeezenet1.1");
    assertEquals(0, code, err.toString());
    JsonNode r = new ObjectMapper().readTree(out.toString()).at("/results/0");
    double planned = r.get("planned_mib").asDouble();
    double alive = r.get("alive_mib").asDouble();
    // Besides, there are the classes' own objects, some megabytes.
    assertTrue(planned > 0 && planned < alive && alive < planned + 40, r.toString());
  }

  @Test
  void wrongOptionsAreRefused() {
    assertAll(
        () -> assertEquals(2, code("inference", "--nothing")),
        () -> assertEquals(2, code("nothing")),
        () -> assertEquals(1, code("inference", "--networks=nothing")),
        () -> assertTrue(err.toString().contains("network 'nothing': expected one of"), "" + err));
  }

  private int code(String... command) {
    return Benchmarks.execute(new PrintWriter(out, true), new PrintWriter(err, true), command);
  }

  @Test
  void fortyConvolutionsOfDifferentNames() {
    assertEquals(40, ConvShape.ALL.size());
    assertEquals(40, ConvShape.ALL.stream().map(ConvShape::text).distinct().count());
  }

  @Test
  void whatDiffersFromThePeerIsRefused() {
    float[] peers = {1, -1000, 3};
    Agreement.require("same", new float[] {1.5f, -1000.5f, 3}, peers);
    assertAll(
        () -> refused(new float[] {1, -1002, 3}, peers),
        () -> refused(new float[] {Float.NaN, -1000, 3}, peers),
        () -> refused(new float[] {1, -1000}, peers));
  }

  private static void refused(float[] ours, float[] peers) {
    assertThrows(IllegalStateException.class, () -> Agreement.require("net", ours, peers));
  }
}
