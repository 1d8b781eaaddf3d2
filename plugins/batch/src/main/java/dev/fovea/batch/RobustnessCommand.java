package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.tasks.RobustnessTask;
import dev.fovea.tasks.batch.Json;
import dev.fovea.tasks.report.Robustness;
import java.util.Locale;

/** {@code fovea robustness}. */
final class RobustnessCommand extends DataCommand<RobustnessTask.Parameters, Robustness> {

  RobustnessCommand() {
    super(new RobustnessTask());
  }

  @Override
  void print(Robustness result, Console console) {
    console.print(
        String.format(
            Locale.ROOT,
            "%d pictures, norm %s, %.1f s",
            result.images(),
            result.norm(),
            result.seconds()));
    console.print(String.format(Locale.ROOT, "%-10s %8s %9s", "attack", "epsilon", "accuracy"));
    for (Robustness.Point p : result.curve()) {
      console.print(
          String.format(Locale.ROOT, "%-10s %8s %9.4f", p.attack(), p.epsilon(), p.accuracy()));
    }
  }

  @Override
  ObjectNode document(Robustness result) {
    ObjectNode document = Json.object();
    ArrayNode curve = document.putArray("curve");
    for (Robustness.Point p : result.curve()) {
      ObjectNode point = curve.addObject();
      point.put("attack", p.attack());
      point.put("epsilon", p.epsilon());
      Json.put(point, "accuracy", p.accuracy());
    }
    document.put("norm", result.norm());
    document.put("images", result.images());
    Json.put(document, "seconds", result.seconds());
    ArrayNode perClass = document.putArray("per_class");
    for (Robustness.Point p : result.curve()) {
      ObjectNode point = perClass.addObject();
      point.put("attack", p.attack());
      point.put("epsilon", p.epsilon());
      ObjectNode accuracy = point.putObject("accuracy");
      for (int c = 0; c < p.perClass().size(); c++) {
        if (!Double.isNaN(p.perClass().get(c))) {
          Json.put(accuracy, result.classes().get(c), p.perClass().get(c));
        }
      }
    }
    return document;
  }
}
