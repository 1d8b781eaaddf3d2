package dev.fovea.batch;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C: asks the work to end and lets the JVM go only when it has, so that the manifest and the
 * checkpoint are those of the end.
 */
final class Interruption {
  private static final long PATIENCE_SECONDS = 30;

  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean requested;

  private Interruption() {}

  /** Listens from now on. */
  static Interruption install() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(new Thread(interruption::await, "fovea-shutdown"));
    return interruption;
  }

  /** Whether the work should end. */
  boolean requested() {
    return requested;
  }

  /** To be called when the work is at its end, however that came. */
  void finished() {
    finished.countDown();
  }

  private void await() {
    requested = true;
    try {
      if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("fovea: ended before the work was");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
