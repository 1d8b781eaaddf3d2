package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.tasks.CardTask;
import dev.fovea.tasks.batch.Json;
import picocli.CommandLine.Model.CommandSpec;

/** {@code fovea card}. */
final class CardCommand extends DataCommand<CardTask.Parameters, CardTask.Result> {

  CardCommand() {
    super(new CardTask());
  }

  @Override
  public void declare(CommandSpec spec) {
    declareWithPositional(spec);
  }

  @Override
  void print(CardTask.Result result, Console console) {
    console.print("wrote " + result.file());
    CardText.print(result.card(), console);
    result.guesses().forEach(guess -> console.print("guessed: " + guess));
  }

  @Override
  ObjectNode document(CardTask.Result result) {
    ObjectNode document = Json.object();
    document.put("file", result.file().toString());
    document.set("card", CardText.document(result.card()));
    result.guesses().forEach(document.putArray("guesses")::add);
    return document;
  }
}
