package dev.fovea.tasks;

import java.util.concurrent.CancellationException;

/** How a task tells its progress and learns that it is no longer wanted. */
public interface TaskContext {

  /** Shows nothing and never cancels. */
  TaskContext NONE =
      new TaskContext() {
        @Override
        public void progress(double fraction, String text) {
          // Nobody looks.
        }

        @Override
        public void log(String line) {
          // Nobody reads.
        }

        @Override
        public boolean cancelled() {
          return false;
        }
      };

  /**
   * Tells how far the work is.
   *
   * @param fraction 0 to 1
   * @param text what is being done, a few words
   */
  void progress(double fraction, String text);

  /** Tells something worth keeping, such as the figures of an epoch; one line. */
  void log(String line);

  /** Whether the user wants an end. Cheap; to be asked for every tile or step. */
  boolean cancelled();

  /**
   * Ends the work if the user wants it.
   *
   * @throws CancellationException if {@link #cancelled}
   */
  default void checkCancelled() {
    if (cancelled()) {
      throw new CancellationException("cancelled");
    }
  }

  /** A context for a part of the work: its 0 to 1 is {@code from} to {@code to} of this one. */
  default TaskContext part(double from, double to) {
    TaskContext whole = this;
    return new TaskContext() {
      @Override
      public void progress(double fraction, String text) {
        whole.progress(from + fraction * (to - from), text);
      }

      @Override
      public void log(String line) {
        whole.log(line);
      }

      @Override
      public boolean cancelled() {
        return whole.cancelled();
      }
    };
  }
}
