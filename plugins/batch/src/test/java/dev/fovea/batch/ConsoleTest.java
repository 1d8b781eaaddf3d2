package dev.fovea.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.op.Relu;
import dev.fovea.engine.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleTest {
  @TempDir Path folder;

  @Test
  void linesDoNotSteerTheTerminal() {
    assertEquals(
        "a?[2Jb?1mc\td?e\nf \u00b5m \u00e4?",
        Console.plain("a\u001b[2Jb\u009b1mc\td\re\nf \u00b5m \u00e4\u007f"));
  }

  @Test
  void neitherDoModels() throws IOException {
    Graph.Builder graph = new Graph.Builder("g");
    Value input = graph.input("x\u001b[2J", Shape.of(1, 1, 2, 2));
    Graph net = graph.build(graph.node("y\u001b[2J", new Relu(), input));
    ModelCard card =
        new ModelCard(
            "m\u001b[2J",
            ModelCard.Task.STYLE,
            List.of(),
            Preprocessing.unit(Preprocessing.Channels.GREY, 2, 2, Preprocessing.Resize.STRETCH),
            Map.of("note", "\u001b[2J"));
    Path file = folder.resolve("m.onnx");
    new ModelFile(net, card).write(file);
    CliRun run = CliRun.of(List.of("inspect", file));
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("x?[2J"), run.out());
    assertFalse(run.out().contains("\u001b"), run.out());
  }
}
