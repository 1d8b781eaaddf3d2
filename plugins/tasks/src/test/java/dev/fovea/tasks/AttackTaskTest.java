package dev.fovea.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.tasks.batch.AttackFiles;
import dev.fovea.tasks.batch.InputFile;
import dev.fovea.tasks.batch.Inputs;
import dev.fovea.tasks.batch.Json;
import dev.fovea.tasks.batch.OutputName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttackTaskTest {
  @TempDir private Path folder;

  /** A thick upright bar, as one writes a one. */
  private static Image one() {
    byte[] plane = new byte[28 * 28];
    for (int y = 4; y < 24; y++) {
      for (int x = 12; x < 16; x++) {
        plane[y * 28 + x] = (byte) 240;
      }
    }
    return Image.ofUint8(28, 28, plane);
  }

  private JsonNode attack(String... values) throws IOException {
    Path file = folder.resolve("one.png");
    ImageWriter.writePng(file, one());
    Map<String, String> map = new TreeMap<>(Map.of("steps", "10"));
    for (int i = 0; i < values.length; i += 2) {
      map.put(values[i], values[i + 1]);
    }
    AttackTask task = new AttackTask();
    Path output = folder.resolve("out");
    InputFile input = Inputs.find(file.toString(), null, false, output).get(0);
    OutputName name = new OutputName(output, input);
    Files.createDirectories(output);
    try (ImageTask.Opened<AttackTask.Result> opened =
        task.open(task.parse(map), RunOptions.defaults())) {
      AttackFiles job = new AttackFiles(opened);
      job.run(name, TaskContext.NONE);
      assertTrue(job.isComplete(name));
    }
    return Json.read(name.file(".attack.json")).get("pages").get(0);
  }

  @Test
  void theWrittenFileIsTakenForSomethingElse() throws IOException {
    JsonNode found = attack("attack", "pgd", "epsilon", "0.3");
    assertEquals("1", found.get("class").asText());
    assertTrue(found.get("reached").asDouble() == 1, found.toString());
    assertTrue(!found.get("adversarial_class").asText().equals("1"), found.toString());
    assertTrue(found.get("in_ball").asBoolean());
    assertTrue(found.get("linf").asDouble() <= 0.3);
    Image written = ImageReader.read(folder.resolve("out/one.adversarial.png"));
    assertEquals(28, written.width());
    double most = 0;
    for (int i = 0; i < 28 * 28; i++) {
      most = Math.max(most, Math.abs(written.plane(0)[i] - one().plane(0)[i]));
    }
    assertEquals(found.get("linf").asDouble(), most / 255, 1e-6, "of the file itself");
  }

  @Test
  void theSmallestChangeNeedsNoBound() throws IOException {
    JsonNode found = attack("attack", "deepfool", "norm", "l2");
    assertEquals(1, found.get("reached").asDouble());
    assertTrue(found.get("l2").asDouble() < 6, found.toString());
  }

  @Test
  void noiseIsTakenForAChosenClass() throws IOException {
    JsonNode found = attack("attack", "noise", "target", "8", "steps", "60");
    assertEquals("8", found.get("adversarial_class").asText(), found.toString());
  }

  @Test
  void mistakesAreNamed() {
    assertRefused("target: found none with the attack noise", "attack", "noise");
    assertRefused(
        "target: found a class with the attack deepfool", "attack", "deepfool", "target", "3");
    assertRefused("norm: found linf with the attack cw", "attack", "cw");
    assertRefused("class: found '17'", "target", "17");
    assertRefused("model 'bloodcells': found a model for detection", "model", "bloodcells");
  }

  private void assertRefused(String message, String... values) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> attack(values));
    assertTrue(e.getMessage().startsWith(message), e.getMessage());
  }
}
