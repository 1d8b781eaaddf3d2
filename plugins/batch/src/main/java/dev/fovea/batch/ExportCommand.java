package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.tasks.ExportTask;
import dev.fovea.tasks.batch.Json;
import picocli.CommandLine.Model.CommandSpec;

/** {@code fovea export}. */
final class ExportCommand extends DataCommand<ExportTask.Parameters, ExportTask.Result> {

  ExportCommand() {
    super(new ExportTask());
  }

  @Override
  public void declare(CommandSpec spec) {
    declareWithPositional(spec);
  }

  @Override
  void print(ExportTask.Result result, Console console) {
    console.print(
        "wrote " + result.file() + ": opset " + result.opset() + ", " + result.bytes() + " bytes");
  }

  @Override
  ObjectNode document(ExportTask.Result result) {
    ObjectNode document = Json.object();
    document.put("file", result.file().toString());
    document.put("opset", result.opset());
    document.put("bytes", result.bytes());
    return document;
  }
}
