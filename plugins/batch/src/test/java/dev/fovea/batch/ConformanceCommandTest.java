package dev.fovea.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConformanceCommandTest {

  @TempDir Path root;

  /** A test of {@code y = Relu(x)} on one number. */
  private Path relu(String name, int x, int y) throws IOException {
    Graph.Builder g = new Graph.Builder("g");
    Graph graph = g.build(g.node("y", new Relu(), g.input("x", Shape.of(1))));
    Path set = Files.createDirectories(root.resolve(name).resolve("test_data_set_0"));
    Files.write(root.resolve(name).resolve("model.onnx"), new ModelFile(graph, null).toBytes());
    Files.write(set.resolve("input_0.pb"), number(x));
    Files.write(set.resolve("output_0.pb"), number(y));
    return root.resolve(name);
  }

  /** A TensorProto: dims 1, type float, and the number as raw data. */
  private static byte[] number(float v) {
    int bits = Float.floatToIntBits(v);
    return new byte[] {
      8, 1, 16, 1, 74, 4, (byte) bits, (byte) (bits >> 8), (byte) (bits >> 16), (byte) (bits >> 24)
    };
  }

  @Test
  void countsByOperatorAndSaysWhatIsWrong() throws IOException {
    relu("good", -3, 0);
    relu("wrong", 3, 4);
    Path unknown = relu("unknown", 1, 1);
    // An operator that ONNX does not have either, of the same length.
    String model = Files.readString(unknown.resolve("model.onnx"), StandardCharsets.ISO_8859_1);
    Files.writeString(
        unknown.resolve("model.onnx"), model.replace("Relu", "Rely"), StandardCharsets.ISO_8859_1);
    CliRun run = CliRun.of(List.of("conformance", root));
    assertEquals(1, run.code(), run.err());
    List<String> lines = run.out().lines().toList();
    assertEquals("operator  passed graphs failed unsupported", lines.get(0));
    assertEquals("Relu           1      1      1           0", lines.get(1));
    assertEquals("Rely           0      0      0           1", lines.get(2));
    assertEquals("all            1      1      1           1", lines.get(3));
    assertEquals(
        "failed: wrong: test_data_set_0: output 0: element 0: expected 4.0, found 3.0",
        lines.get(4));
    assertTrue(lines.get(5).startsWith("unsupported: unknown: "), lines.get(5));
    JsonNode json = CliRun.of(List.of("conformance", root, "--json")).json();
    assertEquals(
        "{\"passed\":[\"good\"],\"failed\":[{\"name\":\"wrong\",\"reason\":\"test_data_set_0:"
            + " output 0: element 0: expected 4.0, found 3.0\"}],"
            + "\"unsupported\":[{\"name\":\"unknown\",\"op\":\"Rely\"}]}",
        json.toString());
  }

  @Test
  void anotherRuntimeStandsBesideOurs() throws IOException {
    relu("good", -3, 0);
    relu("wrong", 3, 4);
    CliRun run = CliRun.of(List.of("conformance", root, "--compare", "onnxruntime"));
    assertEquals(1, run.code(), run.err());
    List<String> lines = run.out().lines().toList();
    assertEquals("                                           | onnxruntime", lines.get(0));
    assertEquals(
        "operator  passed graphs failed unsupported | passed failed unsupported", lines.get(1));
    assertEquals(
        "Relu           1      1      1           0 |      1      1           0", lines.get(2));
    assertEquals(
        "onnxruntime failed: wrong: test_data_set_0: output 0: element 0: expected 4.0, found 3.0",
        lines.get(5));
    JsonNode json =
        CliRun.of(List.of("conformance", root, "--compare", "onnxruntime", "--json")).json();
    assertEquals("[\"good\"]", json.path("passed").toString());
    JsonNode other = json.path("compared").path("onnxruntime");
    assertEquals("[\"good\"]", other.path("passed").toString());
    assertEquals("wrong", other.path("failed").path(0).path("name").asText());
    assertEquals(0, other.path("unsupported").size());
    CliRun none = CliRun.of(List.of("conformance", root, "--compare", "nowhere"));
    assertEquals(2, none.code(), none.err());
    assertTrue(none.err().contains("runtime 'nowhere': found onnxruntime"), none.err());
  }

  @Test
  void exitCodesTellWhetherAnyTestPassed() throws IOException {
    Path good = relu("good", -3, 0);
    assertEquals(0, CliRun.of(List.of("conformance", good)).code());
    assertEquals(3, CliRun.of(List.of("conformance", relu("wrong", 3, 4))).code());
    CliRun none = CliRun.of(List.of("conformance", root.resolve("none")));
    assertEquals(3, none.code());
    assertTrue(none.err().contains("found no such folder"), none.err());
    assertFalse(none.err().contains("Exception"), none.err());
  }
}
