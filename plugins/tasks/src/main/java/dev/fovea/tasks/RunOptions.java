package dev.fovea.tasks;

import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import java.util.Objects;

/**
 * Where and how a task runs; none of it changes what inference finds. Immutable.
 *
 * @param backend where Fovea's own engine computes
 * @param threads how many threads to use, at least 1
 * @param runtime what runs models forward: {@link #OWN_ENGINE}, or the name of another runtime
 * @param seed seed of all chance
 * @param command the command or macro line that started the task, for the record; may be empty
 */
public record RunOptions(Backend backend, int threads, String runtime, long seed, String command) {

  /** Name of the runtime that is always there. */
  public static final String OWN_ENGINE = "fovea";

  /** Seed where none is given. */
  public static final long DEFAULT_SEED = 1;

  /** Checks the number of threads. */
  public RunOptions {
    Objects.requireNonNull(backend, "backend");
    Objects.requireNonNull(runtime, "runtime");
    Objects.requireNonNull(command, "command");
    if (threads < 1) {
      throw new IllegalArgumentException("threads: found " + threads + ", expected 1 or more");
    }
  }

  /** Fovea's own engine with the default backend and number of threads. */
  public static RunOptions defaults() {
    return new RunOptions(
        Backends.defaultBackend(), Backends.defaultThreads(), OWN_ENGINE, DEFAULT_SEED, "");
  }

  /** A copy with another runtime. */
  public RunOptions on(String otherRuntime) {
    return new RunOptions(backend, threads, otherRuntime, seed, command);
  }

  /** Whether models run on Fovea's own engine. */
  public boolean onOwnEngine() {
    return runtime.equals(OWN_ENGINE);
  }

  /** Options for sessions that only run forward. */
  public SessionOptions inference() {
    return SessionOptions.inference().on(backend).withThreads(threads);
  }
}
