package dev.fovea.engine.kernel;

import java.lang.System.Logger.Level;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * Finds the backends on the class path and chooses one. Thread-safe.
 *
 * <p>The system property {@code fovea.backend} forces one by name; {@code fovea.threads} sets the
 * default number of threads.
 */
public final class Backends {

  private static final System.Logger LOG = System.getLogger(Backends.class.getName());

  private Backends() {}

  private static final class Chosen {
    static final Backend BEST = choose();

    private static Backend choose() {
      String forced = System.getProperty("fovea.backend");
      Backend b = forced == null || forced.isBlank() ? best() : named(forced);
      LOG.log(Level.DEBUG, "Fovea backend: {0} ({1})", b.name(), b.description());
      return b;
    }
  }

  /** All backends found, available or not, highest priority first. */
  public static List<Backend> all() {
    // Our own class loader, not the context one: inside ImageJ the latter need not see this jar.
    return ServiceLoader.load(Backend.class, Backends.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparingInt(Backend::priority).reversed())
        .toList();
  }

  /** The forced backend, else the available one of highest priority; chosen once for each JVM. */
  public static Backend defaultBackend() {
    return Chosen.BEST;
  }

  /** Number of threads to use where nothing else is said: {@code fovea.threads}, else all. */
  public static int defaultThreads() {
    Integer n = Integer.getInteger("fovea.threads");
    return n != null && n > 0 ? n : Runtime.getRuntime().availableProcessors();
  }

  /**
   * The backend of a name.
   *
   * @throws IllegalArgumentException if there is none, or it is not available here; says why
   */
  public static Backend named(String name) {
    for (Backend b : all()) {
      if (b.name().equals(name)) {
        String why = b.unavailableBecause().orElse(null);
        if (why != null) {
          throw new IllegalArgumentException("backend '" + name + "' is not available: " + why);
        }
        return b;
      }
    }
    throw new IllegalArgumentException(
        "backend '"
            + name
            + "': expected one of "
            + all().stream().map(Backend::name).collect(Collectors.joining(", ")));
  }

  private static Backend best() {
    for (Backend b : all()) {
      if (b.unavailableBecause().isEmpty()) {
        return b;
      }
    }
    throw new IllegalStateException(
        "no Fovea backend on the class path: META-INF/services/" + Backend.class.getName());
  }
}
