package dev.fovea.engine.zoo.baseline;

import dev.fovea.engine.image.Image;
import java.util.Arrays;

/** Describes an image by numbers, as many for each image of one size. Stateless, thread-safe. */
@FunctionalInterface
public interface FeatureExtractor {

  /** The largest value of a pixel, whatever the sample type. */
  float LARGEST_PIXEL = 255;

  /** The numbers, in a new array. */
  float[] features(Image image);

  /** All samples, channel by channel, row by row, on the scale 0..255. */
  static FeatureExtractor pixels() {
    return image -> {
      int pixels = image.width() * image.height();
      float scale = LARGEST_PIXEL / image.maxValue();
      float[] all = new float[image.channels() * pixels];
      for (int c = 0; c < image.channels(); c++) {
        float[] plane = image.plane(c);
        for (int i = 0; i < pixels; i++) {
          all[c * pixels + i] = plane[i] * scale;
        }
      }
      return all;
    };
  }

  /** The numbers of this, then those of another. */
  default FeatureExtractor and(FeatureExtractor other) {
    return image -> {
      float[] mine = features(image);
      float[] theirs = other.features(image);
      float[] all = Arrays.copyOf(mine, mine.length + theirs.length);
      System.arraycopy(theirs, 0, all, mine.length, theirs.length);
      return all;
    };
  }
}
