package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.tasks.EmbedTask;
import dev.fovea.tasks.batch.Json;
import java.util.Locale;

/** {@code fovea embed}. */
final class EmbedCommand extends DataCommand<EmbedTask.Parameters, EmbedTask.Result> {

  EmbedCommand() {
    super(new EmbedTask());
  }

  @Override
  void print(EmbedTask.Result result, Console console) {
    console.print(
        String.format(
            Locale.ROOT,
            "%d images by %d features of '%s': trustworthiness %.3f; wrote %s",
            result.images(),
            result.dimensions(),
            result.layer(),
            result.trustworthiness(),
            result.outputs().get(0)));
  }

  @Override
  ObjectNode document(EmbedTask.Result result) {
    ObjectNode document = Json.object();
    document.put("images", result.images());
    document.put("layer", result.layer());
    document.put("dimensions", result.dimensions());
    document.put("trustworthiness", result.trustworthiness());
    ArrayNode outputs = document.putArray("outputs");
    result.outputs().forEach(file -> outputs.add(file.toString()));
    return document;
  }
}
