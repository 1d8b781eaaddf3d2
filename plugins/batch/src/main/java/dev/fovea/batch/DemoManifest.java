package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.io.AtomicFiles;
import dev.fovea.tasks.RunOptions;
import dev.fovea.tasks.batch.BatchReport;
import dev.fovea.tasks.batch.Json;
import dev.fovea.tasks.batch.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The manifest of the whole demonstration; each of its runs has one of its own in its folder. */
record DemoManifest(RunOptions options, List<BatchReport> reports) {

  void write(Path output, ObjectNode figures) throws IOException {
    ObjectNode document = Json.object();
    document.put("task", "demo");
    document.put("command", options.command());
    document.set("environment", Manifest.environment(options));
    document.set("result", figures);
    reports.forEach(report -> document.withArray("runs").add(Json.of(report)));
    byte[] text = Json.text(document).getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(output.resolve(Manifest.FILE), out -> out.write(text));
  }
}
