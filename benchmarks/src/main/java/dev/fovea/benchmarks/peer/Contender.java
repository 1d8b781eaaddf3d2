package dev.fovea.benchmarks.peer;

/**
 * One side of a comparison: work that is prepared, with its inputs in the memory that this side
 * likes best, to be done again and again. For one thread at a time.
 */
public interface Contender extends AutoCloseable {

  /** Does the work once; this is what is timed. */
  void run();

  /** A copy of what the last run computed, on the heap; not timed. */
  float[] result();

  /** Gives back what is not the JVM's. */
  @Override
  default void close() {}
}
