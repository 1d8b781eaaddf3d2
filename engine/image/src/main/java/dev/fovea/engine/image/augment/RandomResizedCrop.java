package dev.fovea.engine.image.augment;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Resampling;
import dev.fovea.engine.image.SampleType;
import dev.fovea.engine.image.Transforms;
import dev.fovea.engine.tensor.Tensor;
import java.util.SplittableRandom;

/**
 * Cuts out a part of random area and aspect and stretches it to the picture's own size: objects of
 * other sizes at other places. Szegedy et al., "Going deeper with convolutions", CVPR 2015, 6.
 *
 * <p>The area is uniform, the aspect log-uniform. If ten draws do not fit into the picture, its
 * largest centred part within the range of aspects is taken.
 *
 * @param minArea smallest part of the area, above 0
 * @param maxArea largest part, at most 1
 * @param maxAspect largest ratio of width to height; the smallest is its inverse; at least 1
 */
public record RandomResizedCrop(double minArea, double maxArea, double maxAspect)
    implements Change {

  /** The paper's ranges: 8 to 100 % of the area, aspects 3/4 to 4/3. */
  public static final RandomResizedCrop DEFAULT = new RandomResizedCrop(0.08, 1, 4 / 3.0);

  private static final int TRIES = 10;

  /** Checks the ranges. */
  public RandomResizedCrop {
    if (!(minArea > 0 && minArea <= maxArea && maxArea <= 1 && maxAspect >= 1)) {
      throw new IllegalArgumentException(
          "random resized crop: found areas "
              + minArea
              + " to "
              + maxArea
              + ", aspect "
              + maxAspect
              + ", expected 0 < smallest <= largest <= 1 and an aspect of 1 or more");
    }
  }

  @Override
  public Tensor apply(Tensor picture, SplittableRandom random) {
    Pictures.require(picture, "random resized crop");
    int height = picture.shape().dim(2);
    int width = picture.shape().dim(3);
    for (int i = 0; i < TRIES; i++) {
      double area = (minArea + random.nextDouble() * (maxArea - minArea)) * height * width;
      double aspect = Math.pow(maxAspect, Pictures.symmetric(random, 1));
      int w = (int) Math.round(Math.sqrt(area * aspect));
      int h = (int) Math.round(Math.sqrt(area / aspect));
      if (w > 0 && h > 0 && w <= width && h <= height) {
        int top = random.nextInt(height - h + 1);
        int left = random.nextInt(width - w + 1);
        return stretched(picture, top, left, h, w);
      }
    }
    int w = Math.max(1, Math.min(width, (int) Math.round(height * maxAspect)));
    int h = Math.max(1, Math.min(height, (int) Math.round(width * maxAspect)));
    return stretched(picture, (height - h) / 2, (width - w) / 2, h, w);
  }

  private static Tensor stretched(Tensor picture, int top, int left, int h, int w) {
    Tensor part = Pictures.window(picture, top, left, h, w);
    int height = picture.shape().dim(2);
    int width = picture.shape().dim(3);
    // As floats: the default would round to 8 bits.
    Image image = Image.fromTensor(part, SampleType.FLOAT32);
    return Transforms.resize(image, width, height, Resampling.AREA).toTensor();
  }
}
