package dev.fovea.visualize.style;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Resampling;
import dev.fovea.engine.image.Transforms;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.engine.train.TrainingData;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Square parts of pictures for a style network to learn on: of random size and place, mirrored half
 * of the time, with a random style as target. Thread-safe.
 *
 * @param pictures of three channels
 * @param side of the parts, in pixels
 * @param styles number of styles
 * @param count samples of an epoch
 */
public record ContentCrops(List<Image> pictures, int side, int styles, int count)
    implements TrainingData {
  private static final float MAXIMUM = 255;

  /** Copies the list. */
  public ContentCrops {
    pictures = List.copyOf(pictures);
    if (pictures.isEmpty()) {
      throw new IllegalArgumentException("style: found no pictures to train on, expected some");
    }
  }

  @Override
  public int size() {
    return count;
  }

  @Override
  public Shape inputShape() {
    return Shape.of(3, side, side);
  }

  @Override
  public Shape targetShape() {
    return Shape.SCALAR;
  }

  @Override
  public String describe() {
    return "crops of " + side + " from " + pictures.size() + " pictures";
  }

  @Override
  public void sample(int index, long seed, Tensor input, Tensor target, Tensor weight) {
    SplittableRandom random = new SplittableRandom(seed);
    Image picture = pictures.get(index % pictures.size());
    int most = Math.min(picture.width(), picture.height());
    int least = Math.min(side, most);
    int cut = least + random.nextInt(most - least + 1);
    Image part =
        picture.crop(
            random.nextInt(picture.width() - cut + 1),
            random.nextInt(picture.height() - cut + 1),
            cut,
            cut);
    Image sized = Transforms.resize(part, side, side, Resampling.TRIANGLE);
    boolean mirrored = random.nextBoolean();
    for (int c = 0; c < 3; c++) {
      float[] plane = sized.plane(c);
      for (int i = 0; i < plane.length; i++) {
        int x = i % side;
        int from = mirrored ? i - x + side - 1 - x : i;
        input.array()[input.offset() + c * plane.length + i] = plane[from] / MAXIMUM;
      }
    }
    target.fill(random.nextInt(styles));
  }
}
