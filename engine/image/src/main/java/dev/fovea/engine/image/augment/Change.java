package dev.fovea.engine.image.augment;

import dev.fovea.engine.image.Augmentation;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A random change of a picture that leaves its class unchanged. Changes are put together: {@code
 * Change.all(new PaddedCrop(4), new HorizontalFlip(0.5))}. Immutable and thread-safe.
 *
 * <p>Pictures have the shape {@code [1, C, H, W]}; those that change colours take values as
 * normalised: 0 is dark, 1 is bright.
 */
@FunctionalInterface
public interface Change {

  /**
   * A changed picture; a change that leaves it as it is may give the same tensor back.
   *
   * @param picture {@code [1, C, H, W]}; not modified
   * @param random the only source of chance
   */
  Tensor apply(Tensor picture, SplittableRandom random);

  /** One change after the other. Each draws from a source of its own, split off the common one. */
  static Change all(Change... changes) {
    List<Change> list = List.copyOf(Arrays.asList(changes));
    return (picture, random) -> {
      Tensor x = picture;
      for (Change change : list) {
        // Split: how often one change asks does not alter what the next one draws.
        x = change.apply(x, random.split());
      }
      return x;
    };
  }

  /** Leaves pictures as they are. */
  static Change none() {
    return (picture, random) -> picture;
  }

  /** The geometry and photometry of an {@link Augmentation}, at the picture's own size. */
  static Change of(Augmentation augmentation) {
    return (picture, random) -> {
      Shape s = picture.shape();
      return augmentation.draw(random.nextLong()).image(picture, s.dim(2), s.dim(3));
    };
  }
}
