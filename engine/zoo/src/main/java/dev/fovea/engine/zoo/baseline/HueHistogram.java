package dev.fovea.engine.zoo.baseline;

import dev.fovea.engine.image.Image;

/**
 * Which part of the pixels has which hue: the hue of HSV, 0 to 1, in equal bins. Pixels without
 * colour have hue 0; images of one channel have all of theirs there.
 *
 * @param bins number of bins
 */
public record HueHistogram(int bins) implements FeatureExtractor {

  /** The course's choice. */
  public static final HueHistogram DEFAULT = new HueHistogram(10);

  /** Checks that there are bins. */
  public HueHistogram {
    if (bins < 1) {
      throw new IllegalArgumentException("hue histogram: found " + bins + " bins, expected 1");
    }
  }

  @Override
  public float[] features(Image image) {
    float[] red = image.plane(0);
    float[] green = image.channels() == 3 ? image.plane(1) : red;
    float[] blue = image.channels() == 3 ? image.plane(2) : red;
    int[] counts = new int[bins];
    for (int i = 0; i < red.length; i++) {
      counts[Math.min(bins - 1, (int) (hue(red[i], green[i], blue[i]) * bins))]++;
    }
    float[] parts = new float[bins];
    for (int b = 0; b < bins; b++) {
      parts[b] = (float) counts[b] / red.length;
    }
    return parts;
  }

  /** In [0, 1): red 0, green 1/3, blue 2/3. */
  private static double hue(double r, double g, double b) {
    double max = Math.max(r, Math.max(g, b));
    double range = max - Math.min(r, Math.min(g, b));
    if (range == 0) {
      return 0;
    }
    double sixths;
    if (max == r) {
      sixths = (g - b) / range;
    } else if (max == g) {
      sixths = 2 + (b - r) / range;
    } else {
      sixths = 4 + (r - g) / range;
    }
    return (sixths < 0 ? sixths + 6 : sixths) / 6;
  }
}
