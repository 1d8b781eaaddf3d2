package dev.fovea.engine.train;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Parameters that learn at a rate of their own. Immutable.
 *
 * @param names which parameters: a name in which {@code *} stands for any characters
 * @param rate what the learning rate is multiplied by; 0 freezes: no gradient is computed, and a
 *     normalisation uses its running statistics and does not move them
 */
public record ParameterGroup(String names, double rate) {

  /** Checks the rate. */
  public ParameterGroup {
    if (!(rate >= 0)) {
      throw new IllegalArgumentException(
          "parameters '" + names + "': expected a rate factor >= 0, found " + rate);
    }
  }

  /** Parameters that stay as they are. */
  public static ParameterGroup frozen(String names) {
    return new ParameterGroup(names, 0);
  }

  /** Whether a parameter is one of these. */
  public boolean contains(String name) {
    String[] parts = names.split("\\*", -1);
    for (int i = 0; i < parts.length; i++) {
      parts[i] = Pattern.quote(parts[i]);
    }
    return name.matches(String.join(".*", parts));
  }

  /** Rate factor of a parameter: that of the first group that contains it, else 1. */
  static double rate(List<ParameterGroup> groups, String name) {
    return groups.stream()
        .filter(g -> g.contains(name))
        .mapToDouble(ParameterGroup::rate)
        .findFirst()
        .orElse(1);
  }

  /** Refuses a group that none of a graph's parameters is in: a misspelt one would do nothing. */
  void checkUsed(Graph graph) {
    List<String> all = graph.parameters().stream().map(Value::name).toList();
    if (all.stream().noneMatch(this::contains)) {
      throw new IllegalArgumentException(
          "parameters '" + names + "': expected names among " + all + ", found none of that kind");
    }
  }
}
