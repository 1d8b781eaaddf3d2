package dev.fovea.imagej;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import ij.IJ;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Says once in the log which kernels compute, and how to get faster ones. */
final class BackendNotice {
  private static final AtomicBoolean SAID = new AtomicBoolean();

  private BackendNotice() {}

  static void logOnce() {
    if (!SAID.getAndSet(true)) {
      IJ.log(text(Backends.defaultBackend()));
    }
  }

  /** One line, and a second one if a faster backend could be switched on. */
  static String text(Backend used) {
    String text = "Fovea computes with " + used.description() + " (" + used.name() + ").";
    // A forced backend is what the user wants.
    boolean forced = System.getProperty("fovea.backend") != null;
    for (Backend backend : Backends.all()) {
      Optional<String> missing = backend.unavailableBecause();
      if (!forced && backend.priority() > used.priority() && missing.isPresent()) {
        text +=
            "\nFor several times the speed, "
                + missing.get()
                + ": in Fiji, by extra-fovea.toml in config/jaunch; in ImageJ, by ImageJ.cfg or the"
                + " environment variable JAVA_TOOL_OPTIONS.";
      }
    }
    return text;
  }
}
