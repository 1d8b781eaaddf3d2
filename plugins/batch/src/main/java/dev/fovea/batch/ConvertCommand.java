package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.tasks.ConvertTask;
import dev.fovea.tasks.batch.Json;
import picocli.CommandLine.Model.CommandSpec;

/** {@code fovea convert}. */
final class ConvertCommand extends DataCommand<ConvertTask.Parameters, ConvertTask.Result> {

  ConvertCommand() {
    super(new ConvertTask());
  }

  @Override
  public void declare(CommandSpec spec) {
    declareWithPositional(spec);
  }

  @Override
  void print(ConvertTask.Result result, Console console) {
    console.print(
        "wrote %s: %d images, %d objects, %d notes"
            .formatted(
                result.output(), result.pictures(), result.objects(), result.problems().size()));
  }

  @Override
  ObjectNode document(ConvertTask.Result result) {
    ObjectNode document = Json.object();
    document.put("output", result.output().toString());
    document.put("images", result.pictures());
    document.put("objects", result.objects());
    ArrayNode notes = document.putArray("notes");
    result.problems().forEach(problem -> notes.add(problem.toString()));
    return document;
  }
}
