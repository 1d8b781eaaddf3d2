package dev.fovea.imagej;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fovea.tasks.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParameterDialogTest {
  @Test
  void saysWhatIsWrong() {
    Parameter top = Parameter.integer("Top (classes)", 1, 1000, 5, "How many.");
    assertEquals("", ParameterDialog.wrongWith(top, "7"));
    assertEquals(
        "top: found '0', expected a whole number from 1 to 1000",
        ParameterDialog.wrongWith(top, "0"));
  }

  @Test
  void aModelIsBuiltInOrAFile(@TempDir Path folder) throws Exception {
    Parameter model = Parameter.model("nuclei");
    Path file = Files.createFile(folder.resolve("mine.onnx"));
    assertEquals("", ParameterDialog.wrongWith(model, "nuclei"));
    assertEquals("", ParameterDialog.wrongWith(model, file.toString()));
    assertEquals(
        "model: expected digits, nuclei, bloodcells, starry or an ONNX file",
        ParameterDialog.wrongWith(model, folder.resolve("missing.onnx").toString()));
  }
}
