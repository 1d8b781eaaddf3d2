package dev.fovea.tasks;

import java.io.IOException;

/**
 * A task that works on a model or a whole data set: training, evaluation, inspection.
 *
 * @param <P> its parameters
 * @param <R> what comes out
 */
public interface DataTask<P, R> extends Task<P> {

  /**
   * Does the work.
   *
   * @throws IOException if a file cannot be read or written; one line that names it
   * @throws IllegalArgumentException if the parameters do not fit what they name; one line
   * @throws java.util.concurrent.CancellationException if the context says so
   */
  R run(P parameters, RunOptions options, TaskContext context) throws IOException;
}
