package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.tasks.Model;
import dev.fovea.tasks.Models;
import dev.fovea.tasks.batch.BatchReport;
import dev.fovea.tasks.batch.Json;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/** {@code fovea models}. */
final class ModelsCommand implements Command {

  @Override
  public String name() {
    return "models";
  }

  @Override
  public String description() {
    return "List the built-in models with what they say of themselves.";
  }

  @Override
  public void declare(CommandSpec spec) {
    // Nothing but the options of all commands.
  }

  @Override
  public int run(Invocation call) throws IOException {
    ObjectNode document = Json.object();
    ArrayNode models = document.putArray("models");
    for (String name : Models.builtIn()) {
      ObjectNode row = models.addObject();
      row.put("name", name);
      row.put("present", Models.isPresent(name));
      if (!Models.isPresent(name)) {
        call.console().print(name + ": not part of this build");
        continue;
      }
      Model model = Models.load(name);
      row.put("bytes", model.bytes());
      row.put("sha256", model.sha256());
      call.console().print(name + " (" + model.bytes() / 1024 + " KiB)");
      model
          .card()
          .ifPresent(
              card -> {
                row.set("card", CardText.document(card));
                CardText.print(card, call.console());
              });
    }
    call.console().document(document);
    return BatchReport.ALL_DONE;
  }
}
