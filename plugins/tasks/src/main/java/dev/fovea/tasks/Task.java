package dev.fovea.tasks;

import java.util.List;
import java.util.Map;

/**
 * One user-facing job, without a user interface. Stateless and thread-safe.
 *
 * @param <P> its parameters, as a record
 */
public interface Task<P> {

  /** Name as users type it: {@code segment}, {@code train classifier}. */
  String name();

  /** What it does, in one sentence. */
  String description();

  /** The declaration of its parameters, in the order in which dialogs show them. */
  List<Parameter> parameters();

  /**
   * Makes the record of parameters from checked values.
   *
   * @throws IllegalArgumentException if values do not belong together
   */
  P bind(Arguments arguments);

  /**
   * Makes the record of parameters from texts by key; what is missing has its default.
   *
   * @throws IllegalArgumentException with one line that says what was found and expected
   */
  default P parse(Map<String, String> values) {
    return bind(Arguments.of(parameters(), values));
  }
}
