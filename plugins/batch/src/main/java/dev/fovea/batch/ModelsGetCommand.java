package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.tasks.batch.BatchReport;
import dev.fovea.tasks.batch.Json;
import dev.fovea.tasks.library.Catalogue;
import dev.fovea.tasks.library.CatalogueEntry;
import dev.fovea.tasks.library.Download;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code fovea models get}. */
final class ModelsGetCommand implements Command {

  @Override
  public String name() {
    return "models get";
  }

  @Override
  public String description() {
    return "Download a model of the catalogue; --model takes its name from then on.";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            .arity("1")
            .type(String.class)
            .paramLabel("NAME")
            .description("Its name, see 'fovea models'.")
            .build());
  }

  @Override
  public int run(Invocation call) throws IOException {
    String name = call.arguments().matchedPositionalValue(0, "");
    CatalogueEntry entry =
        Catalogue.named(name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "model '"
                            + name
                            + "': not in the catalogue, expected one of "
                            + Catalogue.entries().stream()
                                .map(CatalogueEntry::name)
                                .collect(Collectors.joining(", "))));
    Path file;
    try (ProgressView progress = call.progress(name)) {
      file =
          new Download(Catalogue.folder())
              .get(
                  entry,
                  (bytes, total) -> {
                    progress.checkCancelled();
                    progress.progress(
                        (double) bytes / total, (bytes >> 20) + " of " + (total >> 20) + " MiB");
                  });
    }
    call.console().print(file + " (" + entry.licence() + ", " + entry.url() + ")");
    ObjectNode document = Json.object();
    document.put("name", entry.name());
    document.put("file", file.toString());
    document.put("licence", entry.licence());
    document.put("sha256", entry.sha256());
    call.console().document(document);
    return BatchReport.ALL_DONE;
  }
}
