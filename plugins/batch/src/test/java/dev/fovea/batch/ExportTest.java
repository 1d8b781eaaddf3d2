package dev.fovea.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Node;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.op.BatchNormalization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fovea export}: models in other opsets. */
class ExportTest {
  @TempDir Path root;

  private static CliRun fovea(Object... args) {
    return CliRun.of(Arrays.asList(args));
  }

  @Test
  void aModelIsWrittenInAnOpset() throws IOException {
    Path sides = TestModels.sides(root.resolve("sides.onnx"));
    Path out = root.resolve("old.onnx");
    CliRun run = fovea("export", sides, "--output", out, "--opset", 11, "--json");
    assertEquals(0, run.code(), run.err());
    assertEquals(11, run.json().path("opset").asInt());
    assertEquals(Files.size(out), run.json().path("bytes").asLong());
    ModelFile read = ModelFile.read(out);
    assertEquals(ModelFile.read(sides).card(), read.card());

    CliRun again = fovea("export", sides, "--output", out);
    assertEquals(2, again.code(), again.err());
    assertTrue(again.err().contains("found a file already, expected none"), again.err());
    assertEquals(0, fovea("export", sides, "--output", out, "--overwrite").code());
    CliRun wrong = fovea("export", sides, "--output", out, "--opset", 99);
    assertEquals(2, wrong.code(), wrong.err());
    assertTrue(wrong.err().contains("--opset"), wrong.err());
  }

  @Test
  void normalisationsAreFoldedIfAsked() throws IOException {
    Path out = root.resolve("nuclei.onnx");
    CliRun run = fovea("export", "nuclei", "--output", out, "--fold", "--json");
    assertEquals(0, run.code(), run.err());
    List<Node> nodes = ModelFile.read(out).graph().nodes();
    assertFalse(nodes.stream().anyMatch(n -> n.op() instanceof BatchNormalization));
  }
}
