package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.zoo.search.Trial;
import dev.fovea.tasks.SearchTask;
import dev.fovea.tasks.batch.BatchReport;
import dev.fovea.tasks.batch.Json;
import java.util.Locale;

/** {@code fovea search}: exit code 3 if no trial came to a figure. */
final class SearchCommand extends DataCommand<SearchTask.Parameters, SearchTask.Result> {

  SearchCommand() {
    super(new SearchTask());
  }

  @Override
  int exitCode(SearchTask.Result result) {
    return result.best().isPresent() ? BatchReport.ALL_DONE : BatchReport.NONE_SUCCEEDED;
  }

  @Override
  void print(SearchTask.Result result, Console console) {
    result.text().lines().forEach(console::print);
    console.print(
        result
            .best()
            .map(
                t ->
                    String.format(
                        Locale.ROOT,
                        "best: accuracy %.4f after %d epochs with %s",
                        t.score(),
                        t.budget(),
                        result.options()))
            .orElse("no training came to its end"));
    console.print(result.table().toString());
  }

  @Override
  ObjectNode document(SearchTask.Result result) {
    ObjectNode document = Json.object();
    document.put("table", result.table().toString());
    result
        .best()
        .ifPresent(
            t -> {
              document.set("best", row(t));
              document.put("options", result.options());
            });
    ArrayNode rows = document.putArray("trials");
    result.trials().forEach(t -> rows.add(row(t)));
    return document;
  }

  private static ObjectNode row(Trial trial) {
    ObjectNode row = Json.object();
    row.put("epochs", trial.budget());
    Json.put(row, "accuracy", trial.score());
    Json.put(row, "seconds", trial.seconds());
    ObjectNode values = row.putObject("values");
    trial.values().forEach(values::put);
    return row;
  }
}
