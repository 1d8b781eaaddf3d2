package dev.fovea.visualize.features;

import dev.fovea.engine.tensor.Tensor;

/** Looks on while a picture is made. */
@FunctionalInterface
public interface PictureListener {

  /** Looks at nothing and never ends the work. */
  PictureListener NONE = (iteration, loss, picture) -> true;

  /**
   * A step was taken.
   *
   * @param iteration from 1
   * @param loss value of the objective before the step, or for L-BFGS at the place that was tried
   * @param picture as it is now; to be copied by who keeps it, not to be modified
   * @return whether to go on; if not, the picture is left as it is
   */
  boolean step(int iteration, double loss, Tensor picture);
}
