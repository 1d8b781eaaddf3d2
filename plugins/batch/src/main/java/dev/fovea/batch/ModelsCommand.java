package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.zoo.architecture.Architecture;
import dev.fovea.engine.zoo.architecture.Architectures;
import dev.fovea.tasks.Model;
import dev.fovea.tasks.Models;
import dev.fovea.tasks.batch.BatchReport;
import dev.fovea.tasks.batch.Json;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code fovea models}. */
final class ModelsCommand implements Command {
  private static final String ARCHITECTURES = "--architectures";

  @Override
  public String name() {
    return "models";
  }

  @Override
  public String description() {
    return "List the built-in models with what they say of themselves, or the networks to train.";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder(ARCHITECTURES)
            .description("List the networks that can be trained instead.")
            .build());
  }

  @Override
  public int run(Invocation call) throws IOException {
    return call.arguments().hasMatchedOption(ARCHITECTURES) ? architectures(call) : models(call);
  }

  private static int architectures(Invocation call) {
    ObjectNode document = Json.object();
    ArrayNode rows = document.putArray("architectures");
    call.console().print("classifier networks for --arch; parameters for 3 channels, 10 classes");
    for (Architecture a : Architectures.all()) {
      int size = a.inputSize();
      long parameters = a.outline(3, size, size, 10).parameterCount();
      ObjectNode row = rows.addObject();
      row.put("name", a.name());
      row.put("input_size", size);
      row.put("parameters", parameters);
      call.console()
          .print(
              String.format(
                  Locale.ROOT, "  %-28s %3d x %3d %,13d", a.name(), size, size, parameters));
    }
    call.console().document(document);
    return BatchReport.ALL_DONE;
  }

  private static int models(Invocation call) throws IOException {
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
