package dev.fovea.engine.image.augment;

import dev.fovea.engine.tensor.Tensor;
import java.util.SplittableRandom;

/**
 * Other light, contrast, saturation and hue, in this order, each by a random amount; results are
 * clamped to 0..1. With {@code f} uniform in {@code 1 - range .. 1 + range} (not below 0):
 *
 * <ul>
 *   <li>brightness {@code f x};
 *   <li>contrast {@code m + f (x - m)} with the mean luma {@code m} of the picture;
 *   <li>saturation {@code l + f (x - l)} with the pixel's luma {@code l};
 *   <li>hue: the hue circle turned by up to {@code hue} of its length to either side.
 * </ul>
 *
 * <p>Howard, "Some improvements on deep convolutional neural network based image classification",
 * 2013. Only for pictures of three channels.
 *
 * @param brightness range of the factor
 * @param contrast range of the factor
 * @param saturation range of the factor
 * @param hue largest turn, 0 to 0.5
 */
public record ColorJitter(double brightness, double contrast, double saturation, double hue)
    implements Change {

  private static final float RED = 0.299f;
  private static final float GREEN = 0.587f;
  private static final float BLUE = 0.114f;

  /** Checks the ranges. */
  public ColorJitter {
    if (!(brightness >= 0 && contrast >= 0 && saturation >= 0 && hue >= 0 && hue <= 0.5)) {
      throw new IllegalArgumentException(
          "colour jitter: found "
              + brightness
              + ", "
              + contrast
              + ", "
              + saturation
              + ", "
              + hue
              + ", expected ranges of 0 or more and a hue of 0 to 0.5");
    }
  }

  @Override
  public Tensor apply(Tensor picture, SplittableRandom random) {
    Pictures.requireColor(picture, "colour jitter");
    float light = factor(random, brightness);
    float range = factor(random, contrast);
    float color = factor(random, saturation);
    double turn = Pictures.symmetric(random, hue);
    Tensor result = picture.copy();
    float[] p = result.array();
    int pixels = p.length / 3;
    for (int i = 0; i < p.length; i++) {
      p[i] *= light;
    }
    float mean = meanLuma(p, pixels);
    float[] rgb = new float[3];
    for (int i = 0; i < pixels; i++) {
      for (int c = 0; c < 3; c++) {
        rgb[c] = mean + range * (p[c * pixels + i] - mean);
      }
      float luma = luma(rgb[0], rgb[1], rgb[2]);
      for (int c = 0; c < 3; c++) {
        rgb[c] = luma + color * (rgb[c] - luma);
      }
      if (turn != 0) {
        turnHue(rgb, turn);
      }
      for (int c = 0; c < 3; c++) {
        p[c * pixels + i] = Math.max(0, Math.min(1, rgb[c]));
      }
    }
    return result;
  }

  private static float factor(SplittableRandom random, double range) {
    return (float) Math.max(0, 1 + Pictures.symmetric(random, range));
  }

  private static float luma(float r, float g, float b) {
    return RED * r + GREEN * g + BLUE * b;
  }

  private static float meanLuma(float[] p, int pixels) {
    double sum = 0;
    for (int i = 0; i < pixels; i++) {
      sum += luma(p[i], p[pixels + i], p[2 * pixels + i]);
    }
    return (float) (sum / pixels);
  }

  /**
   * Turns the hue of HSV, keeping value and saturation: each channel takes its place on the
   * hexagon's edge from the greatest, the middle and the least.
   */
  private static void turnHue(float[] rgb, double turn) {
    double max = Math.max(rgb[0], Math.max(rgb[1], rgb[2]));
    double min = Math.min(rgb[0], Math.min(rgb[1], rgb[2]));
    double range = max - min;
    if (range == 0) {
      return;
    }
    double sixths;
    if (max == rgb[0]) {
      sixths = (rgb[1] - rgb[2]) / range;
    } else if (max == rgb[1]) {
      sixths = 2 + (rgb[2] - rgb[0]) / range;
    } else {
      sixths = 4 + (rgb[0] - rgb[1]) / range;
    }
    double turned = sixths + 6 * turn;
    for (int c = 0; c < 3; c++) {
      // Distance on the circle from the channel's own hue: within one sixth full, from two on none.
      double away = Math.abs(turned - 2 * c);
      away %= 6;
      away = Math.min(away, 6 - away);
      rgb[c] = (float) (min + range * Math.max(0, Math.min(1, 2 - away)));
    }
  }
}
