package dev.fovea.engine.image.augment;

import dev.fovea.engine.tensor.Tensor;
import java.util.SplittableRandom;

/**
 * Pads a picture with zeros on all sides and cuts its own size out at a random place; with a flip,
 * the usual augmentation of CIFAR-10. He et al., "Deep residual learning for image recognition",
 * CVPR 2016, 4.2.
 *
 * @param padding pixels on each side
 */
public record PaddedCrop(int padding) implements Change {

  /** Checks the padding. */
  public PaddedCrop {
    if (padding < 0) {
      throw new IllegalArgumentException("padding: found " + padding + ", expected 0 or more");
    }
  }

  @Override
  public Tensor apply(Tensor picture, SplittableRandom random) {
    Pictures.require(picture, "padded crop");
    int top = random.nextInt(2 * padding + 1) - padding;
    int left = random.nextInt(2 * padding + 1) - padding;
    return Pictures.window(picture, top, left, picture.shape().dim(2), picture.shape().dim(3));
  }
}
