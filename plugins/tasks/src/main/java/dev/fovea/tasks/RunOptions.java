package dev.fovea.tasks;

import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import java.util.Objects;

/**
 * Where and how a task runs; none of it changes what inference finds. Immutable.
 *
 * @param backend where the numbers are computed
 * @param threads how many threads to use, at least 1
 * @param seed seed of all chance
 * @param command the command or macro line that started the task, for the record; may be empty
 */
public record RunOptions(Backend backend, int threads, long seed, String command) {

  /** Seed where none is given. */
  public static final long DEFAULT_SEED = 1;

  /** Checks the number of threads. */
  public RunOptions {
    Objects.requireNonNull(backend, "backend");
    Objects.requireNonNull(command, "command");
    if (threads < 1) {
      throw new IllegalArgumentException("threads: found " + threads + ", expected 1 or more");
    }
  }

  /** The default backend and number of threads. */
  public static RunOptions defaults() {
    return new RunOptions(Backends.defaultBackend(), Backends.defaultThreads(), DEFAULT_SEED, "");
  }

  /** Options for sessions that only run forward. */
  public SessionOptions inference() {
    return SessionOptions.inference().on(backend).withThreads(threads);
  }
}
