package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.tasks.EvaluateTask;
import dev.fovea.tasks.Model;
import dev.fovea.tasks.batch.BatchReport;
import dev.fovea.tasks.batch.Json;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/** {@code fovea evaluate}. */
final class EvaluateCommand implements Command {
  private final EvaluateTask task = new EvaluateTask();

  @Override
  public String name() {
    return task.name();
  }

  @Override
  public String description() {
    return task.description();
  }

  @Override
  public void declare(CommandSpec spec) {
    TaskOptions.declare(task, spec);
  }

  @Override
  public int run(Invocation call) throws IOException {
    EvaluateTask.Parameters parameters = task.bind(TaskOptions.arguments(task, call.arguments()));
    EvaluateTask.Result result;
    try (ProgressView progress = call.progress(task.name())) {
      result = task.run(parameters, call.options(), progress);
    }
    ObjectNode document = Json.object();
    document.put("task", Model.describe(result.task()));
    document.put("images", result.images());
    Json.put(document, "seconds", result.seconds());
    call.console()
        .print(
            String.format(
                Locale.ROOT,
                "%s of %d images, %.1f s",
                Model.describe(result.task()),
                result.images(),
                result.seconds()));
    result
        .figures()
        .forEach(
            (name, value) -> {
              Json.put(document, name, value);
              call.console().print(String.format(Locale.ROOT, "%-10s %.4f", name, value));
            });
    call.console().document(document);
    return BatchReport.ALL_DONE;
  }
}
