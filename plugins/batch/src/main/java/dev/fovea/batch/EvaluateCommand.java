package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.tasks.EvaluateTask;
import dev.fovea.tasks.Model;
import dev.fovea.tasks.batch.Json;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/** {@code fovea evaluate}. */
final class EvaluateCommand extends DataCommand<EvaluateTask.Parameters, EvaluateTask.Result> {

  EvaluateCommand() {
    super(new EvaluateTask());
  }

  @Override
  public void declare(CommandSpec spec) {
    super.declare(spec);
    RuntimeOption.declare(spec);
  }

  @Override
  void print(EvaluateTask.Result result, Console console) {
    console.print(
        String.format(
            Locale.ROOT,
            "%s of %d images, %.1f s",
            Model.describe(result.task()),
            result.images(),
            result.seconds()));
    result
        .figures()
        .forEach(
            (name, value) -> console.print(String.format(Locale.ROOT, "%-10s %.4f", name, value)));
  }

  @Override
  ObjectNode document(EvaluateTask.Result result) {
    ObjectNode document = Json.object();
    document.put("task", Model.describe(result.task()));
    document.put("images", result.images());
    Json.put(document, "seconds", result.seconds());
    result.figures().forEach((name, value) -> Json.put(document, name, value));
    return document;
  }
}
