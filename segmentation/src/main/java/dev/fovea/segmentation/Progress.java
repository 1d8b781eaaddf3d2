package dev.fovea.segmentation;

import java.util.concurrent.CancellationException;

/**
 * Told how far a long computation is. It may throw {@link CancellationException} to stop the work;
 * the exception reaches the caller and nothing is left half changed.
 */
@FunctionalInterface
public interface Progress {
  /** Takes no notice. */
  Progress NONE = (done, total) -> {};

  /**
   * Called after every step, on the thread that called the computation.
   *
   * @param done steps done, 1 to {@code total}
   * @param total steps in all
   */
  void update(int done, int total);
}
