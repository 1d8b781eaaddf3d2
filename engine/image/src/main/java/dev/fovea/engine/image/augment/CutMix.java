package dev.fovea.engine.image.augment;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.SplittableRandom;

/**
 * A rectangle of one picture pasted into the other; targets are mixed by area. The rectangle has
 * the picture's aspect, an area drawn from Beta(alpha, alpha) and any pixel as its centre, and is
 * cut off at the border. Yun et al., "CutMix: regularization strategy to train strong classifiers
 * with localizable features", ICCV 2019.
 *
 * @param alpha positive; 1, uniform areas, in the paper
 */
public record CutMix(double alpha) implements Mixing {

  /** Checks that alpha is positive. */
  public CutMix {
    if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("cutmix: found alpha " + alpha + ", expected above 0");
    }
  }

  @Override
  public double mix(Tensor picture, Tensor other, SplittableRandom random) {
    Shape s = picture.shape();
    int height = s.dim(s.rank() - 2);
    int width = s.dim(s.rank() - 1);
    double side = Math.sqrt(1 - Beta.draw(alpha, random));
    int h = (int) (height * side);
    int w = (int) (width * side);
    int centreY = random.nextInt(height);
    int centreX = random.nextInt(width);
    int top = Math.max(0, centreY - h / 2);
    int left = Math.max(0, centreX - w / 2);
    int bottom = Math.min(height, centreY - h / 2 + h);
    int right = Math.min(width, centreX - w / 2 + w);
    for (int c = 0; c < picture.size() / (height * width); c++) {
      for (int y = top; y < bottom; y++) {
        int row = (c * height + y) * width;
        System.arraycopy(
            other.array(),
            other.offset() + row + left,
            picture.array(),
            picture.offset() + row + left,
            right - left);
      }
    }
    // The area that was really pasted: some of it may have been cut off.
    return 1 - (double) (bottom - top) * (right - left) / (height * width);
  }
}
