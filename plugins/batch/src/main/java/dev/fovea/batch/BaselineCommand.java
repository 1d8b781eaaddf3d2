package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.zoo.baseline.NearestNeighbors.Score;
import dev.fovea.tasks.TrainBaselineTask;
import dev.fovea.tasks.batch.Json;
import java.util.Locale;

/** {@code fovea train baseline}. */
final class BaselineCommand
    extends DataCommand<TrainBaselineTask.Parameters, TrainBaselineTask.Result> {

  BaselineCommand() {
    super(new TrainBaselineTask());
  }

  @Override
  void print(TrainBaselineTask.Result result, Console console) {
    console.print(
        String.format(
            Locale.ROOT,
            "%s%s: accuracy %.4f on %d images after %d; features %.1f s, fit %.1f s, test %.1f s",
            result.method().text(),
            result.neighbors() == 0 ? "" : " k=" + result.neighbors(),
            result.accuracy(),
            result.testing(),
            result.training(),
            result.featureSeconds(),
            result.fitSeconds(),
            result.testSeconds()));
    if (result.output() != null) {
      console.print(result.output().toString());
    }
  }

  @Override
  ObjectNode document(TrainBaselineTask.Result result) {
    ObjectNode document = Json.object();
    document.put("method", result.method().text());
    if (result.output() != null) {
      document.put("output", result.output().toString());
    }
    document.put("training_images", result.training());
    document.put("test_images", result.testing());
    Json.put(document, "accuracy", result.accuracy());
    if (result.neighbors() > 0) {
      document.put("neighbors", result.neighbors());
    }
    Json.put(document, "feature_seconds", result.featureSeconds());
    Json.put(document, "fit_seconds", result.fitSeconds());
    Json.put(document, "test_seconds", result.testSeconds());
    ArrayNode scores = document.putArray("cross_validation");
    for (Score score : result.scores()) {
      ObjectNode row = scores.addObject();
      row.put("k", score.k());
      Json.put(row, "mean", score.mean());
      score.accuracies().forEach(row.putArray("accuracies")::add);
    }
    return document;
  }
}
