package dev.fovea.tasks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.monitor.Curve;
import dev.fovea.engine.monitor.Histogram;
import dev.fovea.engine.monitor.LayerState;
import dev.fovea.engine.monitor.Snapshot;
import dev.fovea.engine.monitor.TrainingHistory;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.EpochResult;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingReportTest {

  @TempDir Path folder;

  /** Browsers and programs read the page: its numbers are the same for every user. */
  @Test
  void numbersDoNotDependOnTheLanguage() {
    Histogram values = Histogram.of(Tensor.of(Shape.of(4), -1.5f, 0, 0.25f, 3));
    LayerState layer = new LayerState("conv1", values, values, 1e-3);
    TrainingHistory history =
        new TrainingHistory(
            2,
            5,
            List.of(new Curve.Point(0, 2.5), new Curve.Point(1, 1.25)),
            List.of(new Snapshot(0, 0.1, List.of(layer)), new Snapshot(1, 0.1, List.of(layer))),
            List.of(new EpochResult(1, 1.9, Map.of("accuracy", 0.3125), 7)));
    BufferedImage filters = new BufferedImage(3, 2, BufferedImage.TYPE_INT_ARGB);
    Locale before = Locale.getDefault();
    try {
      for (String language : new String[] {"en-US", "de-DE", "ar-EG-u-nu-arab"}) {
        Locale.setDefault(Locale.forLanguageTag(language));
        String page = new ReportPage("net", history).html(true, "Training.", filters);
        assertTrue(page.contains("0.3125, best 0.3125"), language + "\n" + page);
        assertTrue(page.contains("viewBox=\"0 0 560 280\""), language);
        assertTrue(page.contains("25 % zero"), language);
        assertTrue(page.contains("max-width:24px"), language);
        assertTrue(
            page.chars().noneMatch(c -> Character.isDigit(c) && (c < '0' || c > '9')), language);
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void aFileIsNoFolderForAReport() throws IOException {
    Path file = Files.createFile(folder.resolve("report"));
    Graph.Builder g = new Graph.Builder("net");
    Graph graph = g.build(g.input("x", Shape.of(1)));
    IOException e =
        assertThrows(IOException.class, () -> new TrainingReport(file, "net", graph, false));
    assertEquals(file + ": found a file, expected a folder for the report", e.getMessage());
  }
}
