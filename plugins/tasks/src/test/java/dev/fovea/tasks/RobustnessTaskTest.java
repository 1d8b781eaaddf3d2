package dev.fovea.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.op.Flatten;
import dev.fovea.engine.op.Gemm;
import dev.fovea.engine.op.Softmax;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.tasks.report.Robustness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Robustness of a classifier of which it is known: dark or light, by the mean of the pixels. */
class RobustnessTaskTest {
  private static final int SIDE = 4;

  @TempDir private Path folder;
  private Path model;
  private Path data;

  @BeforeEach
  void write() throws IOException {
    model = folder.resolve("light.onnx");
    data = Files.createDirectories(folder.resolve("data"));
    Graph.Builder g = new Graph.Builder("light");
    Value x = g.input("x", Shape.of(1, 1, SIDE, SIDE), "batch", "", "", "");
    Tensor weights = Tensor.zeros(2, SIDE * SIDE);
    Arrays.fill(weights.array(), SIDE * SIDE, 2 * SIDE * SIDE, 1);
    Value scores =
        g.node(
            "scores",
            Gemm.dense(),
            g.node("flat", new Flatten(1), x),
            g.parameter("w", weights),
            g.parameter("b", Tensor.of(Shape.of(2), SIDE * SIDE / 2f, 0)));
    ModelCard card =
        new ModelCard(
            "light",
            ModelCard.Task.CLASSIFICATION,
            List.of("dark", "light"),
            Preprocessing.unit(
                Preprocessing.Channels.GREY, SIDE, SIDE, Preprocessing.Resize.STRETCH),
            Map.of());
    new ModelFile(g.build(g.node("p", new Softmax(1), scores)), card).write(model);
    // How far from the middle: 20, 60, 100 of 255 levels; the last one is told wrong at once.
    picture("dark", 107);
    picture("dark", 67);
    picture("light", 148);
    picture("light", 228);
    picture("light", 100);
  }

  private void picture(String label, int level) throws IOException {
    byte[] plane = new byte[SIDE * SIDE];
    Arrays.fill(plane, (byte) level);
    Path file = Files.createDirectories(data.resolve(label)).resolve(level + ".png");
    ImageWriter.writePng(file, Image.ofUint8(SIDE, SIDE, plane));
  }

  private Robustness run(String... more) throws IOException {
    RobustnessTask task = new RobustnessTask();
    Map<String, String> values =
        new TreeMap<>(Map.of("model", model.toString(), "data", data.toString()));
    for (int i = 0; i < more.length; i += 2) {
      values.put(more[i], more[i + 1]);
    }
    return task.run(task.parse(values), RunOptions.defaults(), TaskContext.NONE);
  }

  @Test
  void accuracyFallsWhereTheBallReachesTheBorder() throws IOException {
    Robustness result =
        run("attack", "fgsm,pgd,square", "epsilon", "0,0.05,0.1,0.3", "queries", "50");
    assertEquals(5, result.images());
    for (int attack = 0; attack < 2; attack++) {
      double[] expected = {0.8, 0.8, 0.4, 0.2};
      for (int e = 0; e < expected.length; e++) {
        Robustness.Point point = result.curve().get(4 * attack + e);
        assertEquals(expected[e], point.accuracy(), 1e-9, point.attack() + " " + point.epsilon());
      }
    }
    Robustness.Point point = result.curve().get(2);
    assertEquals(0.5, point.perClass().get(0), 1e-9);
    assertEquals(1 / 3.0, point.perClass().get(1), 1e-9);
    assertEquals("square", result.curve().get(8).attack());
    double before = 1;
    for (Robustness.Point p : result.curve().subList(8, 12)) {
      assertTrue(p.accuracy() <= before, "squares of epsilon " + p.epsilon());
      before = p.accuracy();
    }
  }

  @Test
  void writesAPage() throws IOException {
    Path report = folder.resolve("report");
    run("epsilon", "0,0.1", "report", report.toString());
    String page = Files.readString(report.resolve("report.html"));
    assertTrue(page.contains("told as"), "pictures");
    assertTrue(page.contains("<svg"), "a chart");
    assertFalse(page.contains("BODY"));
  }

  @Test
  void limitsArePartsOfTheData() throws IOException {
    assertEquals(2, run("limit", "2", "epsilon", "0").images());
  }

  @Test
  void mistakesAreNamedBeforeTheWork() {
    assertMessage("attack: found 'fgsn'", "attack", "fgsm,fgsn");
    assertMessage("epsilon: found '-1'", "epsilon", "0,-1");
    assertMessage("epsilon: found 'NaN'", "epsilon", "NaN");
    assertMessage("norm: found linf with the attack cw", "attack", "cw");
    assertMessage("square: found L2", "attack", "square", "norm", "l2");
    assertMessage("model 'nuclei': found a model for segmentation", "model", "nuclei");
  }

  private void assertMessage(String message, String... values) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> run(values));
    assertTrue(e.getMessage().startsWith(message), e.getMessage());
  }
}
