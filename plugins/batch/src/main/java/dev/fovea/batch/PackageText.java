package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.bioimage.Axis;
import dev.fovea.engine.bioimage.ModelDescription;
import dev.fovea.engine.bioimage.Processing;
import dev.fovea.engine.bioimage.TensorDescription;
import dev.fovea.tasks.batch.Json;
import java.util.List;
import java.util.stream.Collectors;

/** Descriptions of bioimage.io packages for people and programs. */
final class PackageText {
  private PackageText() {}

  static ObjectNode document(ModelDescription model) {
    ObjectNode node = Json.object();
    node.put("name", model.name());
    node.put("version", model.version());
    node.put("format_version", model.formatVersion());
    node.put("description", model.summary());
    node.put("license", model.license());
    model.authors().forEach(node.putArray("authors")::add);
    model.citations().forEach(node.putArray("cite")::add);
    model.tags().forEach(node.putArray("tags")::add);
    model.notes().forEach(node.putArray("notes")::add);
    add(node.putArray("inputs"), model.inputs());
    add(node.putArray("outputs"), model.outputs());
    ObjectNode weights = node.putObject("weights");
    weights.put("source", model.weights().path());
    weights.put("sha256", model.weights().sha256());
    weights.put("opset_version", model.weights().opset());
    return node;
  }

  private static void add(ArrayNode rows, List<TensorDescription> tensors) {
    for (TensorDescription tensor : tensors) {
      ObjectNode row = rows.addObject();
      row.put("name", tensor.id());
      tensor.axes().stream().map(Axis::toString).forEach(row.putArray("axes")::add);
      tensor.processing().stream()
          .map(Processing::toString)
          .forEach(row.putArray("processing")::add);
    }
  }

  static void print(ModelDescription model, Console console) {
    console.print("bioimage.io package, format " + model.formatVersion());
    print("name", model.name() + (model.version().isEmpty() ? "" : " " + model.version()), console);
    print("summary", model.summary(), console);
    print("authors", String.join(", ", model.authors()), console);
    print("license", model.license(), console);
    model.citations().forEach(citation -> print("cite", citation, console));
    print("tags", String.join(", ", model.tags()), console);
    model.inputs().forEach(tensor -> print("input", describe(tensor, "before"), console));
    model.outputs().forEach(tensor -> print("output", describe(tensor, "after"), console));
    print("weights", model.weights().path(), console);
    model.notes().forEach(note -> print("note", note, console));
  }

  private static String describe(TensorDescription tensor, String when) {
    String axes = tensor.axes().stream().map(Axis::toString).collect(Collectors.joining(", "));
    String steps =
        tensor.processing().stream().map(Processing::toString).collect(Collectors.joining(", "));
    return tensor.id() + ": " + axes + (steps.isEmpty() ? "" : "; " + when + ": " + steps);
  }

  private static void print(String key, String value, Console console) {
    if (!value.isEmpty()) {
      // Control characters of strangers could move the cursor of a terminal.
      String line = value.replaceAll("[\\p{Cntrl}\\s]+", " ");
      console.print(String.format("  %-9s %s", key, line));
    }
  }
}
