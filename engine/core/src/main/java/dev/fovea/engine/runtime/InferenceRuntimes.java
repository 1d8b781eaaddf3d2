package dev.fovea.engine.runtime;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** Finds the runtimes on the class path. Thread-safe. */
public final class InferenceRuntimes {

  private InferenceRuntimes() {}

  /** All runtimes found, available or not, by name. */
  public static List<InferenceRuntime> all() {
    // Our own class loader, not the context one: inside ImageJ the latter need not see this jar.
    return ServiceLoader.load(InferenceRuntime.class, InferenceRuntimes.class.getClassLoader())
        .stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(InferenceRuntime::name))
        .toList();
  }

  /**
   * The runtime of a name.
   *
   * @throws IllegalArgumentException if there is none, or it is not available here; says why
   */
  public static InferenceRuntime named(String name) {
    List<InferenceRuntime> all = all();
    for (InferenceRuntime r : all) {
      if (r.name().equals(name)) {
        r.unavailableBecause()
            .ifPresent(
                why -> {
                  throw new IllegalArgumentException(
                      "runtime '" + name + "' is not available: " + why);
                });
        return r;
      }
    }
    String found = all.stream().map(InferenceRuntime::name).collect(Collectors.joining(", "));
    throw new IllegalArgumentException(
        "runtime '"
            + name
            + "': found "
            + (found.isEmpty() ? "none" : found)
            + " on the class path, expected it there (the jar of ONNX Runtime is"
            + " fovea-engine-onnxruntime)");
  }
}
