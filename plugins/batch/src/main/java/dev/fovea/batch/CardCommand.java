package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.tasks.CardTask;
import dev.fovea.tasks.batch.BatchReport;
import dev.fovea.tasks.batch.Json;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/** {@code fovea card}. */
final class CardCommand implements Command {
  private final CardTask task = new CardTask();

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
    TaskOptions.declareWithPositional(task, spec);
  }

  @Override
  public int run(Invocation call) throws IOException {
    CardTask.Parameters parameters = task.bind(TaskOptions.arguments(task, call.arguments()));
    CardTask.Result result;
    try (ProgressView progress = call.progress(task.name())) {
      result = task.run(parameters, call.options(), progress);
    }
    Console console = call.console();
    console.print("wrote " + result.file());
    CardText.print(result.card(), console);
    result.guesses().forEach(guess -> console.print("guessed: " + guess));
    ObjectNode document = Json.object();
    document.put("file", result.file().toString());
    document.set("card", CardText.document(result.card()));
    result.guesses().forEach(document.putArray("guesses")::add);
    console.document(document);
    return BatchReport.ALL_DONE;
  }
}
