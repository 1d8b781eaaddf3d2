package dev.fovea.tasks.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.zoo.Prediction;
import dev.fovea.tasks.ImageTask;
import dev.fovea.tasks.TaskContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Classifies files. For each: {@code .classes.json} with the most probable classes of every page.
 * For all: {@code classes.csv}, a row for each.
 */
public final class ClassifyFiles implements FileJob {
  private static final String CLASSES = ".classes.json";
  private static final String ALL_CLASSES = "classes.csv";

  private final ImageTask.Opened<List<Prediction>> task;

  /** Classifies with an opened task. */
  public ClassifyFiles(ImageTask.Opened<List<Prediction>> task) {
    this.task = task;
  }

  @Override
  public List<String> endings() {
    return List.of(CLASSES);
  }

  @Override
  public boolean isComplete(OutputName name) {
    return name.exists(CLASSES);
  }

  @Override
  public Outcome run(OutputName name, TaskContext context) throws IOException {
    Pages<List<Prediction>> pages = Pages.process(name, task, context);
    ObjectNode document = Json.object();
    document.put("image", name.input().name());
    ArrayNode rows = document.putArray("pages");
    for (List<Prediction> page : pages.results()) {
      ArrayNode classes = rows.addObject().putArray("classes");
      for (Prediction prediction : page) {
        ObjectNode row = classes.addObject();
        row.put("class", prediction.label());
        Json.put(row, "score", prediction.probability());
      }
    }
    Path file = Pages.writeText(name.file(CLASSES), Json.text(document));
    return new Outcome(List.of(file), describe(pages.results().get(0).get(0)));
  }

  static String describe(Prediction prediction) {
    return String.format(
        Locale.ROOT, "%s (%.1f %%)", prediction.label(), 100 * prediction.probability());
  }

  @Override
  public List<Path> summarise(Path folder, List<OutputName> names) throws IOException {
    StringBuilder table =
        new StringBuilder(Csv.line(List.of("image", "page", "rank", "class", "score")));
    for (OutputName name : names) {
      JsonNode pages = Json.read(name.file(CLASSES)).path("pages");
      for (int page = 0; page < pages.size(); page++) {
        JsonNode classes = pages.get(page).path("classes");
        for (int rank = 0; rank < classes.size(); rank++) {
          table.append(
              Csv.line(
                  List.of(
                      name.input().name(),
                      Integer.toString(page + 1),
                      Integer.toString(rank + 1),
                      classes.get(rank).path("class").asText(),
                      Csv.number(classes.get(rank).path("score").asDouble()))));
        }
      }
    }
    return List.of(Pages.writeText(folder.resolve(ALL_CLASSES), table.toString()));
  }
}
