package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.train.EpochResult;
import dev.fovea.tasks.DataTask;
import dev.fovea.tasks.TrainResult;
import dev.fovea.tasks.batch.Json;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code fovea train classifier} and {@code fovea train segmenter}. */
final class TrainCommand<P> extends DataCommand<P, TrainResult> {

  TrainCommand(DataTask<P, TrainResult> task) {
    super(task);
  }

  @Override
  void print(TrainResult result, Console console) {
    console.print(
        String.format(
            Locale.ROOT,
            "%s: %d parameters, epoch %d of %d%s, %.1f s",
            result.output(),
            result.parameters(),
            result.bestEpoch(),
            result.epochs().size(),
            describe(result.figures()),
            result.seconds()));
    console.print("weights " + result.weightsHash());
  }

  private static String describe(Map<String, Double> figures) {
    return figures.entrySet().stream()
        .map(e -> String.format(Locale.ROOT, ", %s %.4f", e.getKey(), e.getValue()))
        .collect(Collectors.joining());
  }

  @Override
  ObjectNode document(TrainResult result) {
    ObjectNode document = Json.object();
    document.put("output", result.output().toString());
    document.put("sha256", result.sha256());
    document.put("weights_hash", result.weightsHash());
    document.put("parameters", result.parameters());
    document.put("best_epoch", result.bestEpoch());
    Json.put(document, "seconds", result.seconds());
    ObjectNode figures = document.putObject("figures");
    result.figures().forEach((name, value) -> Json.put(figures, name, value));
    ArrayNode epochs = document.putArray("epochs");
    for (EpochResult epoch : result.epochs()) {
      ObjectNode row = epochs.addObject();
      row.put("epoch", epoch.epoch());
      Json.put(row, "loss", epoch.loss());
      Json.put(row, "seconds", epoch.seconds());
      epoch.metrics().forEach((name, value) -> Json.put(row, name, value));
    }
    return document;
  }
}
