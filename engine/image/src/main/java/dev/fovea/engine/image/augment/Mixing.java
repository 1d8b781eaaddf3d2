package dev.fovea.engine.image.augment;

import dev.fovea.engine.tensor.Tensor;
import java.util.SplittableRandom;

/**
 * Puts two training pictures into one, whose target is the same mixture of both targets. Immutable
 * and thread-safe.
 */
@FunctionalInterface
public interface Mixing {

  /**
   * Mixes a picture into another of the same shape.
   *
   * @param picture {@code [C, H, W]} or {@code [1, C, H, W]}; overwritten with the mixture
   * @param other of the same shape; not modified
   * @param random the only source of chance
   * @return the part of {@code picture} in the mixture, 0 to 1; {@code other} has the rest
   */
  double mix(Tensor picture, Tensor other, SplittableRandom random);
}
