package dev.fovea.tasks;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** Checked values for all parameters of a task, defaults filled in. Immutable. */
public final class Arguments {
  private final Map<String, String> values;

  private Arguments(Map<String, String> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  /**
   * Checks given values and fills in defaults.
   *
   * @param given values as text by key
   * @throws IllegalArgumentException if a key is unknown, a value does not fit, or one is missing
   */
  public static Arguments of(List<Parameter> parameters, Map<String, String> given) {
    Map<String, String> rest = new LinkedHashMap<>(given);
    Map<String, String> values = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      String value = rest.remove(parameter.key());
      if (value == null) {
        value = parameter.defaultValue();
      }
      if (value == null) {
        throw new IllegalArgumentException(
            parameter.key() + ": expected " + parameter.expectation() + ", found none");
      }
      parameter.check(value);
      values.put(parameter.key(), value);
    }
    if (!rest.isEmpty()) {
      throw new IllegalArgumentException(
          "unknown parameter '"
              + rest.keySet().iterator().next()
              + "', expected one of "
              + parameters.stream().map(Parameter::key).collect(Collectors.joining(", ")));
    }
    return new Arguments(values);
  }

  /** All values by key, in the order of declaration. */
  public Map<String, String> values() {
    return values;
  }

  /** A value as text. */
  public String text(String key) {
    String value = values.get(key);
    if (value == null) {
      throw new IllegalStateException("parameter '" + key + "' is not declared");
    }
    return value;
  }

  /** Whether the model or the data are to decide. */
  public boolean isAuto(String key) {
    return text(key).equals(Parameter.AUTO);
  }

  /** A whole number. */
  public int integer(String key) {
    return Math.toIntExact(Long.parseLong(text(key)));
  }

  /** A number. */
  public double number(String key) {
    return Double.parseDouble(text(key));
  }

  /** A number, or nothing if it is automatic. */
  public OptionalDouble numberUnlessAuto(String key) {
    return isAuto(key) ? OptionalDouble.empty() : OptionalDouble.of(number(key));
  }

  /** A flag. */
  public boolean flag(String key) {
    return Boolean.parseBoolean(text(key));
  }
}
