package dev.fovea.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.tasks.batch.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --runtime onnxruntime}: the same results, and models that Fovea's engine cannot run. */
class RuntimeTest {
  private static final String ON = "onnxruntime";

  @TempDir Path root;
  private Path picture;

  @BeforeEach
  void writePicture() throws IOException {
    byte[] pixels = new byte[32 * 24];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i % 32 < 12 ? 220 - i % 7 : 30 + i % 5);
    }
    picture = root.resolve("left.png");
    ImageWriter.writePng(picture, Image.ofUint8(32, 24, pixels));
  }

  private CliRun run(String command, Path model, String runtime, Path output) {
    return CliRun.of(
        List.of(
            command,
            "--model",
            model,
            "--input",
            picture,
            "--output",
            output,
            "--runtime",
            runtime));
  }

  private static void assertDone(CliRun run) {
    assertEquals(0, run.code(), run.err());
  }

  @Test
  void bothRuntimesGiveTheSameFiles() throws IOException {
    Path sides = TestModels.sides(root.resolve("sides.onnx"));
    Path threshold = TestModels.threshold(root.resolve("threshold.onnx"));
    for (String runtime : List.of("fovea", ON)) {
      assertDone(run("classify", sides, runtime, root.resolve(runtime)));
      assertDone(run("segment", threshold, runtime, root.resolve(runtime)));
    }
    for (String file : List.of("classes.csv", "objects.csv", "left.labels.tif")) {
      assertEquals(
          -1,
          Files.mismatch(root.resolve("fovea").resolve(file), root.resolve(ON).resolve(file)),
          file);
    }
    assertEquals(
        ON,
        Json.read(root.resolve(ON).resolve("manifest.json"))
            .path("environment")
            .path("runtime")
            .asText());
  }

  private Path foreign(Path file) throws IOException {
    ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
    String output = model.getGraph().getOutput(0).getName();
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1));
    model
        .getGraphBuilder()
        .addNode(
            NodeProto.newBuilder()
                .setName("foreign")
                .setDomain("com.microsoft")
                .setOpType("Gelu")
                .addInput(output)
                .addOutput("foreign"))
        .getOutputBuilder(0)
        .setName("foreign");
    return Files.write(root.resolve("foreign.onnx"), model.build().toByteArray());
  }

  /** A node of another domain, which no reader of standard operators knows. */
  @Test
  void whatFoveasEngineCannotRunRunsThere() throws IOException {
    Path file = foreign(TestModels.sides(root.resolve("sides.onnx")));
    CliRun own = run("classify", file, "fovea", root.resolve("own"));
    assertEquals(3, own.code(), own.err());
    assertTrue(own.err().contains("com.microsoft.Gelu"), own.err());
    assertDone(run("classify", file, ON, root.resolve("ort")));
    String csv = Files.readString(root.resolve("ort").resolve("classes.csv"));
    assertTrue(csv.contains("left.png,1,1,left,"), csv);
  }

  /** So that one can see why. */
  @Test
  void whatFoveasEngineCannotRunCanBeLookedAt() throws IOException {
    Path file = foreign(TestModels.sides(root.resolve("sides.onnx")));
    CliRun run = CliRun.of(List.of("inspect", file, "--json"));
    assertDone(run);
    assertFalse(run.json().path("runs").asBoolean(true));
    assertEquals("input [?, 1, 4, 4]", run.json().at("/inputs/0").asText());
    assertEquals(
        "{\"Flatten\":1,\"Gemm\":1,\"Softmax\":1,\"com.microsoft.Gelu\":1}",
        run.json().path("operators").toString());
    assertEquals(32, run.json().path("parameters").asInt());
    assertEquals("unsupported: com.microsoft.Gelu", run.json().at("/warnings/1").asText());
    assertTrue(
        CliRun.of(List.of("inspect", file)).out().contains("--runtime onnxruntime"), run.out());
  }

  /** One that Fovea's engine cannot run, too. */
  @Test
  void aModelIsMeasuredThere() throws IOException {
    for (String side : List.of("left", "right")) {
      Files.createDirectories(root.resolve("data").resolve(side));
      Files.copy(picture, root.resolve("data").resolve(side).resolve("left.png"));
    }
    Path sides = TestModels.sides(root.resolve("sides.onnx"));
    List<Object> args = List.of("evaluate", "--model", sides, "--data", root.resolve("data"));
    CliRun own = CliRun.of(args);
    assertDone(own);
    List<Object> there = new ArrayList<>(args);
    there.set(2, foreign(sides));
    there.addAll(List.of("--runtime", ON, "--json"));
    CliRun other = CliRun.of(there);
    assertDone(other);
    assertEquals(0.5, other.json().path("accuracy").asDouble());
    assertTrue(own.out().contains("accuracy   0.5000"), own.out());
    assertEquals(3, CliRun.of(there.subList(0, 5)).code());
  }

  @Test
  void whatOnlyTheOwnEngineDoesIsRefused() throws IOException {
    Path sides = TestModels.sides(root.resolve("sides.onnx"));
    CliRun run = run("explain", sides, ON, root.resolve("out"));
    assertEquals(2, run.code(), run.err());
    assertTrue(
        run.err().contains("found 'onnxruntime', expected fovea: only it computes gradients"),
        run.err());
  }

  @Test
  void aRuntimeThatIsNotThere() throws IOException {
    Path sides = TestModels.sides(root.resolve("sides.onnx"));
    CliRun run = run("classify", sides, "nowhere", root.resolve("out"));
    assertEquals(2, run.code(), run.err());
    assertTrue(
        run.err().contains("runtime 'nowhere': found onnxruntime on the class path"), run.err());
  }

  @Test
  void aFileThatIsBrokenForBoth() throws IOException {
    byte[] sides = Files.readAllBytes(TestModels.sides(root.resolve("sides.onnx")));
    Path cut = Files.write(root.resolve("cut.onnx"), Arrays.copyOf(sides, sides.length / 2));
    CliRun run = run("classify", cut, ON, root.resolve("out"));
    assertEquals(3, run.code(), run.err());
    assertTrue(run.err().contains(cut + ": found"), run.err());
  }
}
