package dev.fovea.engine.testkit;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import java.util.List;

/** The backends that tests run on. */
final class TestBackends {

  private TestBackends() {}

  /** Those that are available here. */
  static List<Backend> available() {
    return Backends.all().stream().filter(b -> b.unavailableBecause().isEmpty()).toList();
  }

  /** Names of those that are available here, for parameterised tests. */
  static List<String> names() {
    return available().stream().map(Backend::name).toList();
  }
}
