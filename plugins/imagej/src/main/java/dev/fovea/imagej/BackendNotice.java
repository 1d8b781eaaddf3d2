package dev.fovea.imagej;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import ij.IJ;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Says once in the log which kernels compute, and how to get faster ones. */
final class BackendNotice {
  private static final AtomicBoolean SAID = new AtomicBoolean();

  private static final String HOW =
      """
      :
        in Fiji, copy extra-fovea.toml to config/jaunch;
        in ImageJ, write it into ImageJ.cfg or the variable JAVA_TOOL_OPTIONS.""";

  private BackendNotice() {}

  static void logOnce() {
    if (!SAID.getAndSet(true)) {
      IJ.log(text(Backends.defaultBackend()));
    }
  }

  /** One line, and more if a faster backend could be switched on. */
  static String text(Backend used) {
    StringBuilder text = new StringBuilder();
    text.append("Fovea computes with ").append(used.description());
    text.append(" (").append(used.name()).append(").");
    // A forced backend is what the user wants.
    boolean forced = System.getProperty("fovea.backend") != null;
    for (Backend backend : Backends.all()) {
      Optional<String> missing = backend.unavailableBecause();
      if (!forced && backend.priority() > used.priority() && missing.isPresent()) {
        text.append("\nFor several times the speed, ").append(missing.get()).append(HOW);
      }
    }
    return text.toString();
  }
}
