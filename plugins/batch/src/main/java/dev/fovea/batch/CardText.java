package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.tasks.Model;
import dev.fovea.tasks.batch.Json;
import java.util.Locale;

/** Model cards for people and programs. */
final class CardText {
  private static final int MOST_CLASSES = 20;

  private CardText() {}

  static ObjectNode document(ModelCard card) {
    ObjectNode node = Json.object();
    node.put("name", card.name());
    node.put("task", Model.describe(card.task()));
    card.classes().forEach(node.putArray("classes")::add);
    node.put("input", input(card.preprocessing()));
    ObjectNode attributes = node.putObject("attributes");
    card.attributes().forEach(attributes::put);
    return node;
  }

  static void print(ModelCard card, Console console) {
    console.print("  task      " + Model.describe(card.task()));
    int shown = Math.min(MOST_CLASSES, card.classes().size());
    console.print(
        "  classes   "
            + String.join(", ", card.classes().subList(0, shown))
            + (shown < card.classes().size() ? ", ... (" + card.classes().size() + ")" : ""));
    console.print("  input     " + input(card.preprocessing()));
    card.attributes().forEach((key, value) -> console.print("  " + key + ": " + value));
  }

  private static String input(Preprocessing p) {
    String size = p.width() == 0 ? "any size" : p.width() + " x " + p.height();
    String values =
        switch (p.normalisation()) {
          case UNIT -> "divided by the maximum";
          case MEAN_STD -> "mean and deviation";
          case PERCENTILE -> percentiles(p);
          case PERCENTILE_DARK_GROUND -> percentiles(p) + ", bright grounds turned dark";
        };
    String resize = p.width() == 0 ? "" : ", " + p.resize().name().toLowerCase(Locale.ROOT);
    return p.channels() + ", " + size + resize.replace('_', ' ') + ", " + values;
  }

  private static String percentiles(Preprocessing p) {
    return "percentiles " + p.low() + " to " + p.high();
  }
}
