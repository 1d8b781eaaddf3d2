package dev.fovea.visualize.synthesis;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Resampling;
import dev.fovea.engine.image.SampleType;
import dev.fovea.engine.image.Transforms;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.visualize.features.PixelRange;
import java.util.Random;

/** Pictures as tensors {@code [1, C, H, W]}. */
public final class Tensors {
  private Tensors() {}

  /** A picture in another size; smaller ones are smoothed. */
  public static Tensor resized(Tensor picture, int height, int width) {
    Image image = Image.fromTensor(picture, SampleType.FLOAT32);
    return Transforms.resize(image, width, height, Resampling.TRIANGLE).toTensor();
  }

  /** The middle {@code height x width} pixels of a picture. */
  public static Tensor centre(Tensor picture, int height, int width) {
    Image image = Image.fromTensor(picture, SampleType.FLOAT32);
    return Transforms.centreCrop(image, width, height).toTensor();
  }

  /**
   * Noise about the middle of the range of pixels.
   *
   * @param strength standard deviation as a share of half of the range
   */
  public static Tensor noise(PixelRange range, int height, int width, double strength, long seed) {
    int channels = range.low().length;
    Tensor picture = Tensor.zeros(Shape.of(1, channels, height, width));
    Random random = new Random(seed);
    for (int i = 0; i < picture.size(); i++) {
      int c = i / (height * width);
      double half = (range.high()[c] - range.low()[c]) / 2;
      picture.array()[i] =
          (float) (range.low()[c] + half + strength * half * random.nextGaussian());
    }
    range.clamp(picture);
    return picture;
  }

  /** {@code a + factor b}, a new tensor. */
  static Tensor sum(Tensor a, float factor, Tensor b) {
    Tensor result = a.copy();
    for (int i = 0; i < result.size(); i++) {
      result.array()[i] += factor * b.get(i);
    }
    return result;
  }
}
