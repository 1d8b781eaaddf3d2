package dev.fovea.engine.train;

import dev.fovea.engine.graph.Session;
import java.util.List;
import java.util.Map;

/**
 * Is told how a training goes on, in the training's thread.
 *
 * <p>Of a step that it {@link #inspects}, a listener also sees, as a {@link Session.Observer},
 * every activation and its gradient at the moment it is complete, and then, in {@link #inspect},
 * the parameters, their gradients and their change. All of that is to be read during the call, not
 * to be changed or kept. Steps that nobody inspects cost nothing, and inspected ones give the same
 * bits.
 */
public interface TrainingListener extends Session.Observer {

  /** Hears nothing. */
  TrainingListener NONE = new TrainingListener() {};

  /**
   * The parts of the loss of a step; called before {@link #step}.
   *
   * @param parts by name; one alone if the loss has no parts
   */
  default void losses(Map<String, Double> parts) {}

  /** A step is done. */
  default void step(int epoch, int epochs, int step, int steps, double loss) {}

  /** An epoch is done and validated. */
  default void epoch(EpochResult result) {}

  /** Asked before each step; true ends the training after a last checkpoint. */
  default boolean cancelled() {
    return false;
  }

  /**
   * Asked before each step whether this listener wants to look into it.
   *
   * @param step from 0, over all epochs
   */
  default boolean inspects(long step) {
    return false;
  }

  /** An inspected step is done; called before {@link #step}. */
  default void inspect(StepView view) {}

  /** Tells several listeners, in order. Cancelled as soon as one of them is. */
  static TrainingListener all(List<TrainingListener> listeners) {
    return new TrainingListeners(listeners);
  }
}
