package dev.fovea.tasks;

import dev.fovea.engine.zoo.search.Range;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The hyper-parameters of a training that a search may vary, each given as one value, {@code 0.01},
 * or as a range, {@code 1e-4..1e-1}. Immutable.
 *
 * @param fixed values of parameters that are the same in all trials, by key
 * @param ranges of the others
 */
public record SearchSpace(Map<String, String> fixed, List<Range> ranges) {
  private static final String TO = "..";

  /** Those whose magnitude matters. */
  private static final Set<String> LOGARITHMIC =
      Set.of("learning_rate", "weight_decay", "clip", "fine_tune_rate");

  /** What can be varied. */
  private static final Set<String> VARIABLE =
      Set.of(
          "learning_rate",
          "weight_decay",
          "batch_size",
          "warm_up",
          "clip",
          "mixup",
          "cutmix",
          "label_smoothing",
          "fine_tune_rate");

  /** Copies the collections. */
  public SearchSpace {
    fixed = Collections.unmodifiableMap(new LinkedHashMap<>(fixed));
    ranges = List.copyOf(ranges);
  }

  /** Whether a parameter of a training can be varied. */
  static boolean isVariable(Parameter parameter) {
    return VARIABLE.contains(parameter.key());
  }

  /** The declaration of a parameter that can be varied: its own, as a text. */
  static Parameter declare(Parameter parameter, String defaultValue) {
    return Parameter.text(
        parameter.label(),
        defaultValue,
        parameter.help() + " One value, or a range such as " + example(parameter) + ".");
  }

  private static String example(Parameter parameter) {
    if (LOGARITHMIC.contains(parameter.key())) {
      return "1e-4..1e-1";
    }
    return parameter.type() == Parameter.Type.INTEGER ? "16..128" : "0..0.5";
  }

  /**
   * Reads values and ranges.
   *
   * @param parameters those of a training that can be varied
   * @throws IllegalArgumentException if a value or an end is not one the parameter may have, or the
   *     ends are in the wrong order
   */
  static SearchSpace bind(List<Parameter> parameters, Arguments arguments) {
    Map<String, String> fixed = new LinkedHashMap<>();
    List<Range> ranges = new ArrayList<>();
    for (Parameter parameter : parameters) {
      String text = arguments.text(parameter.key());
      int at = text.indexOf(TO);
      if (at < 0) {
        parameter.check(text);
        fixed.put(parameter.key(), text);
      } else {
        ranges.add(range(parameter, text.substring(0, at), text.substring(at + TO.length())));
      }
    }
    return new SearchSpace(fixed, ranges);
  }

  private static Range range(Parameter parameter, String from, String to) {
    for (String end : List.of(from, to)) {
      parameter.check(end);
      if (end.equals(Parameter.AUTO)) {
        throw new IllegalArgumentException(
            parameter.key() + ": found '" + from + TO + to + "', expected a range of numbers");
      }
    }
    double min = Double.parseDouble(from);
    double max = Double.parseDouble(to);
    if (parameter.type() == Parameter.Type.INTEGER) {
      return Range.whole(parameter.key(), (long) min, (long) max);
    }
    return LOGARITHMIC.contains(parameter.key())
        ? Range.log(parameter.key(), min, max)
        : Range.linear(parameter.key(), min, max);
  }

  /** Names of what is varied. */
  List<String> names() {
    return ranges.stream().map(Range::name).toList();
  }

  /** A candidate's values as texts by key, those that are the same in all trials included. */
  Map<String, String> values(Map<String, Double> candidate) {
    Map<String, String> values = new LinkedHashMap<>(fixed);
    for (Range range : ranges) {
      double value = candidate.get(range.name());
      values.put(
          range.name(),
          range.scale() == Range.Scale.WHOLE
              ? Long.toString((long) value)
              : Double.toString(value));
    }
    return values;
  }
}
