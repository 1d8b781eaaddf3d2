package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.zoo.architecture.Architecture;
import dev.fovea.engine.zoo.architecture.Architectures;
import dev.fovea.tasks.Model;
import dev.fovea.tasks.Models;
import dev.fovea.tasks.batch.BatchReport;
import dev.fovea.tasks.batch.Json;
import dev.fovea.tasks.library.Catalogue;
import dev.fovea.tasks.library.CatalogueEntry;
import java.io.IOException;
import java.nio.file.Files;
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
    return "List the built-in models and those that can be downloaded, or the networks to train.";
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
    catalogue(call.console(), document.putArray("catalogue"));
    call.console().document(document);
    return BatchReport.ALL_DONE;
  }

  private static void catalogue(Console console, ArrayNode rows) {
    console.print("to download with 'fovea models get NAME' into " + Catalogue.folder());
    for (CatalogueEntry entry : Catalogue.entries()) {
      boolean there = Files.isRegularFile(entry.in(Catalogue.folder()));
      ObjectNode row = rows.addObject();
      row.put("name", entry.name());
      row.put("description", entry.description());
      row.put("licence", entry.licence());
      row.put("url", entry.url().toString());
      row.put("bytes", entry.bytes());
      row.put("sha256", entry.sha256());
      row.put("downloaded", there);
      console.print(
          String.format(
              Locale.ROOT,
              "%s %-18s %6.1f MiB  %-12s %s",
              there ? "*" : " ",
              entry.name(),
              entry.bytes() / 1048576.0,
              entry.licence(),
              entry.description()));
    }
  }
}
