package dev.fovea.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** ONNX Runtime is optional, and is not on the class path of these tests. */
class RuntimeAbsentTest {

  @Test
  void theMessageNamesTheJar() throws IOException {
    RunOptions options = RunOptions.defaults().on("onnxruntime");
    Model digits = Models.load("digits", options);
    assertEquals(
        "runtime 'onnxruntime': found none on the class path, expected it there (the jar of ONNX"
            + " Runtime is fovea-engine-onnxruntime)",
        assertThrows(IllegalArgumentException.class, () -> digits.open(options)).getMessage());
  }
}
