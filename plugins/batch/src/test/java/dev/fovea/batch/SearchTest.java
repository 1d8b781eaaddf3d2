package dev.fovea.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.samples.RenderedDigits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A search from the command line: its tables, its end, and how it goes on. */
class SearchTest {
  @TempDir Path root;
  private Path data;
  private Path table;

  @BeforeEach
  void drawDigits() throws IOException {
    data = root.resolve("data");
    table = root.resolve("found/table.csv");
    for (int digit : new int[] {0, 1}) {
      Path folder = Files.createDirectories(data.resolve(digit == 0 ? "zero" : "one"));
      for (int i = 0; i < 12; i++) {
        ImageWriter.writePng(folder.resolve(i + ".png"), RenderedDigits.draw(digit, i));
      }
    }
  }

  private CliRun search(BooleanSupplier cancelled, Object... more) {
    List<Object> args =
        new ArrayList<>(
            List.of(
                "search",
                "--data",
                data,
                "--output",
                table,
                "--epochs",
                2,
                "--batch-size",
                8,
                "--json"));
    args.addAll(Arrays.asList(more));
    return CliRun.of(cancelled, args);
  }

  private List<String> rows() throws IOException {
    List<String> lines = Files.readAllLines(table);
    return lines.subList(1, lines.size());
  }

  @Test
  void randomTrialsStandInThreeTables() throws IOException {
    CliRun run = search(() -> false, "--trials", 3);
    assertEquals(0, run.code(), run.err());
    assertEquals(
        "candidate,budget,score,seconds,learning_rate,weight_decay",
        Files.readAllLines(table).get(0));
    assertEquals(3, rows().size());
    JsonNode json = run.json();
    assertEquals(3, json.path("trials").size());
    double best = 0;
    for (JsonNode trial : json.path("trials")) {
      best = Math.max(best, trial.path("accuracy").asDouble());
    }
    assertEquals(best, json.at("/best/accuracy").asDouble());
    assertTrue(json.path("options").asText().startsWith("--learning-rate 0."), run.out());
    assertTrue(run.err().contains("best: accuracy"), run.err());
    String text = Files.readString(root.resolve("found/table.txt"));
    assertEquals(4, text.lines().count(), text);
    JsonNode document = new ObjectMapper().readTree(root.resolve("found/table.json").toFile());
    assertEquals("lenet", document.at("/settings/arch").asText());
    assertEquals(json.at("/best/accuracy"), document.at("/best/accuracy"));
    // What was found can be used as it is printed.
    List<Object> training =
        new ArrayList<>(
            List.of("train", "classifier", "--data", data, "--output", root.resolve("x.onnx")));
    training.addAll(List.of("--epochs", 2, "--batch-size", 8, "--report", "none", "--json"));
    training.addAll(List.of(json.path("options").asText().split(" ")));
    CliRun trained = CliRun.of(training);
    assertEquals(0, trained.code(), trained.err());
    assertEquals(best, trained.json().at("/figures/accuracy").asDouble(), 1e-9);
  }

  @Test
  void aCancelledSearchGoesOnFromItsTable() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    CliRun part = search(() -> asked.incrementAndGet() > 12, "--trials", 4);
    assertEquals(1, part.code(), part.err());
    assertTrue(part.json().path("error").asText().contains("goes on"), part.out());
    List<String> before = rows();
    assertTrue(before.size() >= 1 && before.size() < 4, before.toString());
    CliRun rest = search(() -> false, "--trials", 4);
    assertEquals(0, rest.code(), rest.err());
    assertEquals(4, rows().size());
    assertEquals(before, rows().subList(0, before.size()), "nothing is measured again");
    CliRun again = search(() -> false, "--trials", 4);
    assertFalse(again.err().contains("epochs:"), "everything is known: " + again.err());
    CliRun other = search(() -> false, "--trials", 4, "--arch", "lenet5");
    assertEquals(2, other.code(), other.err());
    assertTrue(other.err().contains("found trials with arch 'lenet'"), other.err());
  }

  @Test
  void aTableWithoutItsSettingsIsRefused() throws IOException {
    assertEquals(0, search(() -> false, "--trials", 1).code());
    Path settings = root.resolve("found/table.json");
    List<String> before = rows();
    Files.writeString(settings, "{ no");
    CliRun damaged = search(() -> false, "--trials", 2, "--arch", "lenet5");
    assertEquals(3, damaged.code(), damaged.err());
    assertTrue(damaged.err().contains("table.json: found no JSON"), damaged.err());
    Files.delete(settings);
    CliRun missing = search(() -> false, "--trials", 2, "--arch", "lenet5");
    assertEquals(3, missing.code(), missing.err());
    assertTrue(missing.err().contains("found no settings of its trials"), missing.err());
    assertEquals(before, rows());
  }

  @Test
  void halvingGivesTheBestMoreEpochs() throws IOException {
    CliRun run = search(() -> false, "--trials", 4, "--halving", 2);
    assertEquals(0, run.code(), run.err());
    assertEquals(4, rows().stream().filter(r -> r.split(",", -1)[1].equals("1")).count());
    assertEquals(2, rows().stream().filter(r -> r.split(",", -1)[1].equals("2")).count());
    assertEquals(2, run.json().at("/best/epochs").asInt());
  }

  @Test
  void aGridIsCrossValidated() throws IOException {
    CliRun run =
        search(
            () -> false,
            "--method",
            "grid",
            "--points",
            2,
            "--folds",
            2,
            "--images",
            16,
            "--weight-decay",
            0);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.err().contains("8 images to train on, 8 to validate on"), run.err());
    assertEquals(2, rows().size());
    assertEquals(0.001, rate(rows().get(0)), 1e-12);
    assertEquals(0.1, rate(rows().get(1)), 1e-12);
  }

  private static double rate(String row) {
    return Double.parseDouble(row.substring(row.lastIndexOf(',') + 1));
  }

  @Test
  void aTrainingThatDivergesIsATrialToo() throws IOException {
    CliRun run = search(() -> false, "--trials", 1, "--learning-rate", "90..99");
    assertEquals(3, run.code(), run.err());
    assertTrue(rows().get(0).contains(",NaN,"), rows().toString());
    assertTrue(run.err().contains("no training came to its end"), run.err());
  }
}
