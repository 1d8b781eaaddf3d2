package dev.fovea.engine.image.augment;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.SplittableRandom;

/**
 * Fills a square at a random place: no single part of an object may be relied on. The square's
 * centre is any pixel, so that it may reach beyond the picture. DeVries and Taylor, "Improved
 * regularization of convolutional neural networks with cutout", 2017.
 *
 * @param side of the square in pixels, at least 1
 * @param fill the value it gets: the mean where the input is not centred on 0
 */
public record Cutout(int side, float fill) implements Change {

  /** Checks the side. */
  public Cutout {
    if (side < 1) {
      throw new IllegalArgumentException("cutout: found a side of " + side + ", expected 1");
    }
  }

  @Override
  public Tensor apply(Tensor picture, SplittableRandom random) {
    Pictures.require(picture, "cutout");
    Shape s = picture.shape();
    int top = random.nextInt(s.dim(2)) - side / 2;
    int left = random.nextInt(s.dim(3)) - side / 2;
    Tensor result = picture.copy();
    for (int c = 0; c < s.dim(1); c++) {
      for (int y = Math.max(0, top); y < Math.min(s.dim(2), top + side); y++) {
        int row = (c * s.dim(2) + y) * s.dim(3);
        java.util.Arrays.fill(
            result.array(), row + Math.max(0, left), row + Math.min(s.dim(3), left + side), fill);
      }
    }
    return result;
  }
}
