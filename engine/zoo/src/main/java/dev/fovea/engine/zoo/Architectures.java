package dev.fovea.engine.zoo;

import java.util.List;
import java.util.stream.Collectors;

/** All classifier architectures, one line each. */
public final class Architectures {

  private static final List<Architecture> ALL = List.of(new LeNet());

  private Architectures() {}

  /** All of them. */
  public static List<Architecture> all() {
    return ALL;
  }

  /**
   * The architecture of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Architecture named(String name) {
    for (Architecture a : ALL) {
      if (a.name().equals(name)) {
        return a;
      }
    }
    throw new IllegalArgumentException(
        "architecture: expected one of "
            + ALL.stream().map(Architecture::name).collect(Collectors.joining(", "))
            + ", found '"
            + name
            + "'");
  }
}
