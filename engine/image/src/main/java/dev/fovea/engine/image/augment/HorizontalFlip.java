package dev.fovea.engine.image.augment;

import dev.fovea.engine.tensor.Tensor;
import java.util.SplittableRandom;

/**
 * Mirrors a picture left to right, and never turns it: most photographs have an up and a down.
 *
 * @param probability of being mirrored, 0 to 1
 */
public record HorizontalFlip(double probability) implements Change {

  /** Checks the probability. */
  public HorizontalFlip {
    Pictures.requireShare(probability, "probability of a flip");
  }

  @Override
  public Tensor apply(Tensor picture, SplittableRandom random) {
    Pictures.require(picture, "horizontal flip");
    return random.nextDouble() < probability ? Pictures.mirrored(picture) : picture;
  }
}
