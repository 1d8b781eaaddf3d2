package dev.fovea.tasks.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.tasks.Model;
import dev.fovea.tasks.RunOptions;
import dev.fovea.tasks.TaskContext;
import dev.fovea.tasks.batch.FileResult.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A batch with a job that does what the name of a file tells it to. */
class BatchRunnerTest {
  @TempDir Path root;
  private Path output;
  private final List<String> worked = new ArrayList<>();

  @BeforeEach
  void folder() {
    output = root.resolve("out");
  }

  private final class FakeJob implements FileJob {
    @Override
    public List<String> endings() {
      return List.of(".txt", ".abc");
    }

    @Override
    public boolean isComplete(OutputName name) {
      return name.exists(".txt");
    }

    @Override
    public Outcome run(OutputName name, TaskContext context) throws IOException {
      String file = name.input().name();
      worked.add(file);
      if (file.startsWith("io")) {
        throw new IOException(name.input().path() + ": found\nnothing");
      }
      if (file.startsWith("null")) {
        throw new NullPointerException();
      }
      if (file.startsWith("memory")) {
        throw new OutOfMemoryError("Java heap space");
      }
      if (file.startsWith("deep")) {
        throw new StackOverflowError();
      }
      if (file.startsWith("cancel")) {
        throw new CancellationException("cancelled");
      }
      boolean abc = sha256.equals("abc");
      if (file.startsWith("abc") && !abc) {
        throw new IOException("only with abc");
      }
      List<Path> outputs = new ArrayList<>();
      outputs.add(Pages.writeText(name.file(".txt"), file));
      if (abc) {
        outputs.add(Pages.writeText(name.file(".abc"), file));
      }
      return new Outcome(outputs, "fine");
    }

    @Override
    public List<Path> summarise(Path folder, List<OutputName> names) throws IOException {
      String all = String.join(" ", names.stream().map(n -> n.input().name()).toList());
      return List.of(Pages.writeText(folder.resolve("all.csv"), all));
    }
  }

  private String sha256 = "abc";

  private Manifest manifest() {
    Graph.Builder graph = new Graph.Builder("nothing");
    Value input = graph.input("x", Shape.of(1, 1));
    ModelFile file = new ModelFile(graph.build(graph.node("y", new Relu(), input)), null);
    return new Manifest(
        "fake", Model.of("m", sha256, 3, file), Map.of("b", "2", "a", "1"), RunOptions.defaults());
  }

  private BatchReport run(boolean overwrite, TaskContext context, String... names)
      throws IOException {
    List<InputFile> inputs = new ArrayList<>();
    for (String name : names) {
      Path path = root.resolve("in").resolve(name);
      inputs.add(new InputFile(path, name, name));
    }
    return new BatchRunner(output, overwrite, manifest(), BatchListener.NONE, context)
        .run(inputs, new FakeJob());
  }

  private static List<Status> statuses(BatchReport report) {
    return report.files().stream().map(FileResult::status).toList();
  }

  @Test
  void oneBadFileNeverEndsARun() throws IOException {
    BatchReport report = run(false, TaskContext.NONE, "a", "io", "null", "memory", "deep", "sub/b");
    assertEquals(
        List.of(
            Status.DONE, Status.FAILED, Status.FAILED, Status.FAILED, Status.FAILED, Status.DONE),
        statuses(report));
    assertEquals(BatchReport.SOME_FAILED, report.exitCode());
    for (FileResult file : report.files()) {
      assertEquals(1, file.reason().lines().count() + (file.reason().isEmpty() ? 1 : 0));
      if (file.status() == Status.FAILED) {
        assertTrue(file.reason().startsWith(file.input() + ": "), file.reason());
      }
    }
    assertTrue(report.files().get(1).reason().endsWith("found nothing"));
    assertTrue(report.files().get(3).reason().contains("out of memory"));
    assertEquals("sub/b", Files.readString(output.resolve("sub/b.txt")));
    assertEquals("a sub/b", Files.readString(output.resolve("all.csv")));
  }

  @Test
  void existingOutputsAreSkippedUnlessOverwritten() throws IOException {
    run(false, TaskContext.NONE, "a", "b");
    worked.clear();
    BatchReport again = run(false, TaskContext.NONE, "a", "b", "c");
    assertEquals(List.of(Status.SKIPPED, Status.SKIPPED, Status.DONE), statuses(again));
    assertEquals(List.of("c"), worked);
    assertEquals(BatchReport.ALL_DONE, again.exitCode());
    assertEquals("a b c", Files.readString(output.resolve("all.csv")), "skipped ones count too");
    worked.clear();
    assertEquals(
        List.of(Status.DONE, Status.DONE), statuses(run(true, TaskContext.NONE, "a", "b")));
    assertEquals(List.of("a", "b"), worked);
  }

  /** Also if the run that was to replace them did not come to its end. */
  @Test
  void outputsOfAnotherModelAreReplaced() throws IOException {
    run(false, TaskContext.NONE, "a", "b", "c");
    sha256 = "def";
    worked.clear();
    assertTrue(run(false, TaskContext.NONE, "a", "cancel", "c").cancelled());
    assertEquals(List.of("a", "cancel"), worked);
    worked.clear();
    run(false, TaskContext.NONE, "a", "c");
    assertEquals(List.of("a", "c"), worked);
    worked.clear();
    run(false, TaskContext.NONE, "a", "c");
    assertEquals(List.of(), worked);
    Files.writeString(output.resolve(Manifest.FILE), "{");
    run(false, TaskContext.NONE, "a", "c");
    assertEquals(List.of(), worked);
  }

  /** What another model has left is not taken for this one's, whatever comes in between. */
  @Test
  void outputsOfAnotherModelAreNotMixedWithThoseOfThis() throws IOException {
    run(false, TaskContext.NONE, "a", "abc", "c");
    assertTrue(Files.exists(output.resolve("a.abc")));
    sha256 = "def";
    assertEquals(
        List.of(Status.DONE, Status.FAILED, Status.DONE),
        statuses(run(false, TaskContext.NONE, "a", "abc", "c")));
    assertTrue(Files.exists(output.resolve("a.txt")));
    assertFalse(Files.exists(output.resolve("a.abc")), "an output that this model does not have");
    assertEquals(
        List.of(Status.SKIPPED, Status.FAILED),
        statuses(run(false, TaskContext.NONE, "a", "abc")),
        "failed again, not skipped");
  }

  @Test
  void overwritingWithAnotherModelMayBeCancelled() throws IOException {
    run(false, TaskContext.NONE, "a", "b");
    sha256 = "def";
    assertTrue(run(true, TaskContext.NONE, "a", "cancel", "b").cancelled());
    worked.clear();
    run(false, TaskContext.NONE, "a", "b");
    assertEquals(List.of("a", "b"), worked);
  }

  @Test
  void exitCodes() throws IOException {
    assertEquals(BatchReport.NONE_SUCCEEDED, run(false, TaskContext.NONE, "io").exitCode());
    assertEquals(BatchReport.SOME_FAILED, run(false, TaskContext.NONE, "a", "io").exitCode());
    assertEquals(BatchReport.ALL_DONE, run(false, TaskContext.NONE, "a").exitCode());
  }

  @Test
  void manifestTellsEverything() throws IOException {
    run(false, TaskContext.NONE, "a", "io");
    JsonNode manifest = Json.read(output.resolve(Manifest.FILE));
    assertEquals("finished", manifest.path("state").asText());
    assertEquals("fake", manifest.path("task").asText());
    assertEquals("m", manifest.path("model").path("name").asText());
    assertEquals("abc", manifest.path("model").path("sha256").asText());
    assertEquals("{\"a\":\"1\",\"b\":\"2\"}", manifest.path("parameters").toString());
    for (String fact : List.of("fovea", "java", "os", "arch", "backend", "threads", "seed")) {
      assertFalse(manifest.path("environment").path(fact).asText().isEmpty(), fact);
    }
    assertEquals(2, manifest.path("total").asInt());
    assertEquals(1, manifest.path("done").asInt());
    assertEquals(1, manifest.path("failed").asInt());
    JsonNode bad = manifest.path("files").path(1);
    assertEquals("failed", bad.path("status").asText());
    assertEquals(bad.path("input").asText() + ": found nothing", bad.path("reason").asText());
    assertTrue(bad.path("seconds").isNumber());
    assertTrue(bad.path("outputs").isArray());
  }

  @Test
  void cancelledRunLeavesATrueManifest() throws IOException {
    BatchReport report = run(false, TaskContext.NONE, "a", "cancel", "b");
    assertTrue(report.cancelled());
    assertEquals(List.of(Status.DONE), statuses(report));
    assertEquals(BatchReport.SOME_FAILED, report.exitCode());
    JsonNode manifest = Json.read(output.resolve(Manifest.FILE));
    assertEquals("cancelled", manifest.path("state").asText());
    assertEquals(3, manifest.path("total").asInt());
    assertEquals(1, manifest.path("files").size());
    assertEquals(List.of("a", "cancel"), worked);
    worked.clear();
    run(false, TaskContext.NONE, "a", "b");
    assertEquals(List.of("b"), worked, "a later run goes on");
  }

  @Test
  void cancelledBetweenFiles() throws IOException {
    TaskContext afterTwo =
        new TaskContext() {
          @Override
          public void progress(double fraction, String text) {
            assertTrue(fraction >= 0 && fraction <= 1);
          }

          @Override
          public void log(String line) {
            throw new AssertionError(line);
          }

          @Override
          public boolean cancelled() {
            return worked.size() == 2;
          }
        };
    assertEquals(2, run(false, afterTwo, "a", "b", "c", "d").files().size());
  }

  @Test
  void anOutputNeverFallsOnAnInput() throws IOException {
    Path twin = root.resolve("out/a.txt");
    Files.createDirectories(twin.getParent());
    Files.writeString(twin, "precious");
    List<InputFile> inputs =
        List.of(
            new InputFile(root.resolve("in/a"), "a", "a"), new InputFile(twin, "a.txt", "a.txt"));
    BatchReport report =
        new BatchRunner(output, true, manifest(), BatchListener.NONE, TaskContext.NONE)
            .run(inputs, new FakeJob());
    assertEquals(List.of(Status.FAILED, Status.DONE), statuses(report));
    assertTrue(report.files().get(0).reason().contains("among the inputs"));
    assertEquals("precious", Files.readString(twin));
  }

  @Test
  void aFileWhereTheOutputFolderShouldBe() throws IOException {
    Files.writeString(output, "a file");
    IOException e = assertThrows(IOException.class, () -> run(false, TaskContext.NONE, "a"));
    assertTrue(e.getMessage().startsWith(output.toString()), e.getMessage());
    assertEquals(List.of(), worked, "nothing is worked on in vain");
  }

  @Test
  void aFileWhereASubFolderShouldBeFailsOnlyWhatGoesThere() throws IOException {
    Files.createDirectories(output);
    Files.writeString(output.resolve("sub"), "a file");
    BatchReport report = run(false, TaskContext.NONE, "sub/a", "b");
    assertEquals(List.of(Status.FAILED, Status.DONE), statuses(report));
  }

  @Test
  void aTableThatCannotBeWrittenIsAProblemOfTheRun() throws IOException {
    Files.createDirectories(output.resolve("all.csv"));
    BatchReport report = run(false, TaskContext.NONE, "a", "b");
    assertEquals(List.of(Status.DONE, Status.DONE), statuses(report));
    assertTrue(report.problem().contains("all.csv"), report.problem());
    assertEquals(BatchReport.SOME_FAILED, report.exitCode());
    assertEquals(
        report.problem(), Json.read(output.resolve(Manifest.FILE)).path("problem").asText());
  }

  @Test
  void noTemporaryFileStays() throws IOException {
    run(false, TaskContext.NONE, "a", "io", "sub/b");
    try (Stream<Path> files = Files.walk(output)) {
      List<Path> hidden =
          files.filter(file -> file.getFileName().toString().startsWith(".")).toList();
      assertEquals(List.of(), hidden);
    }
  }
}
