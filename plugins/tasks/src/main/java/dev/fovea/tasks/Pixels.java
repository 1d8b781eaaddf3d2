package dev.fovea.tasks;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Resampling;
import dev.fovea.engine.image.Transforms;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.visualize.adversarial.EightBits;

/** Pictures as colours of 8 bits, and their values from 0 to 1. */
final class Pixels {
  private Pixels() {}

  /** A picture in three channels of 8 bits. */
  static Image colour(Image picture) {
    return picture.asUint8().toRgb();
  }

  /** A picture in three channels of 8 bits, its sides multiplied by a factor. */
  static Image scaled(Image picture, double factor) {
    return Transforms.resize(
        colour(picture),
        (int) Math.max(1, Math.round(factor * picture.width())),
        (int) Math.max(1, Math.round(factor * picture.height())),
        Resampling.TRIANGLE);
  }

  /** The values of an 8-bit picture from 0 to 1, {@code [1, C, H, W]}. */
  static Tensor of(Image picture) {
    return EightBits.pixels(picture);
  }

  /** A picture of values from 0 to 1; rounded, and cut off beyond. */
  static Image toImage(Tensor values) {
    return EightBits.image(values);
  }
}
