package dev.fovea.engine.train;

/** Is told how a training goes on, in the training's thread. */
public interface TrainingListener {

  /** Hears nothing. */
  TrainingListener NONE = new TrainingListener() {};

  /** A step is done. */
  default void step(int epoch, int epochs, int step, int steps, double loss) {}

  /** An epoch is done and validated. */
  default void epoch(EpochResult result) {}

  /** Asked before each step; true ends the training after a last checkpoint. */
  default boolean cancelled() {
    return false;
  }
}
