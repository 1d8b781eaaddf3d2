package dev.fovea.tasks;

import java.util.List;

/** Classes as users name them. */
final class ClassNames {
  private static final int MOST_LISTED = 20;

  private ClassNames() {}

  /**
   * The index of a class by name, else by number; -1 for {@link Parameter#AUTO}.
   *
   * @throws IllegalArgumentException if there is none
   */
  static int indexOf(String name, List<String> classes) {
    if (name.equals(Parameter.AUTO)) {
      return -1;
    }
    int index = classes.indexOf(name);
    if (index < 0 && name.matches("\\d{1,6}")) {
      index = Integer.parseInt(name);
    }
    if (index < 0 || index >= classes.size()) {
      throw new IllegalArgumentException(
          "class: found '"
              + name
              + "', expected "
              + (classes.size() <= MOST_LISTED
                  ? "one of " + String.join(", ", classes)
                  : "a class of the model or an index from 0 to " + (classes.size() - 1)));
    }
    return index;
  }
}
