package dev.fovea.detection.proposal;

import dev.fovea.engine.image.Image;
import java.awt.Color;

/**
 * Ways to look at the colours of a picture: each is blind to other changes of light and shade
 * (Uijlings et al. 2013, table 2). All channels lie in 0 to 255, so that one threshold serves all.
 * Thread-safe.
 */
public enum ColorSpace {
  /** Hue, saturation, value. */
  HSV(3) {
    @Override
    void convert(int r, int g, int b, float[] to) {
      Color.RGBtoHSB(r, g, b, to);
      for (int c = 0; c < to.length; c++) {
        to[c] *= 255;
      }
    }
  },

  /** CIE L*a*b* of sRGB under the white D65: L* times 2.55, a* and b* plus 128. */
  LAB(3) {
    @Override
    void convert(int r, int g, int b, float[] to) {
      double x =
          fraction(
              (0.4124564 * LINEAR[r] + 0.3575761 * LINEAR[g] + 0.1804375 * LINEAR[b]) / 0.95047);
      double y = fraction(0.2126729 * LINEAR[r] + 0.7151522 * LINEAR[g] + 0.0721750 * LINEAR[b]);
      double z =
          fraction(
              (0.0193339 * LINEAR[r] + 0.1191920 * LINEAR[g] + 0.9503041 * LINEAR[b]) / 1.08883);
      to[0] = clamp(2.55 * (116 * y - 16));
      to[1] = clamp(128 + 500 * (x - y));
      to[2] = clamp(128 + 200 * (y - z));
    }
  },

  /** Shares of red and green in the colour, which shadows do not change, and intensity. */
  RGI(3) {
    @Override
    void convert(int r, int g, int b, float[] to) {
      int sum = r + g + b;
      to[0] = sum == 0 ? 85 : 255f * r / sum;
      to[1] = sum == 0 ? 85 : 255f * g / sum;
      to[2] = sum / 3f;
    }
  },

  /** Hue alone. */
  HUE(1) {
    @Override
    void convert(int r, int g, int b, float[] to) {
      to[0] = 255 * Color.RGBtoHSB(r, g, b, null)[0];
    }
  },

  /** The mean of red, green and blue alone. */
  INTENSITY(1) {
    @Override
    void convert(int r, int g, int b, float[] to) {
      to[0] = (r + g + b) / 3f;
    }
  };

  private static final double[] LINEAR = linear();

  private final int channels;

  ColorSpace(int channels) {
    this.channels = channels;
  }

  /** Number of channels. */
  public int channels() {
    return channels;
  }

  /** One colour, from 0 to 255 each, into as many places as there are channels. */
  abstract void convert(int r, int g, int b, float[] to);

  /**
   * The channels of a picture, new arrays row by row. Deeper pictures count by their 8-bit version,
   * grey ones as equal red, green and blue.
   *
   * @throws IllegalArgumentException if there are neither 1 nor 3 channels
   */
  public float[][] planes(Image image) {
    Image rgb = image.asUint8().toRgb();
    float[] red = rgb.plane(0);
    float[] green = rgb.plane(1);
    float[] blue = rgb.plane(2);
    float[][] planes = new float[channels][red.length];
    float[] pixel = new float[channels];
    for (int i = 0; i < red.length; i++) {
      convert((int) red[i], (int) green[i], (int) blue[i], pixel);
      for (int c = 0; c < channels; c++) {
        planes[c][i] = pixel[c];
      }
    }
    return planes;
  }

  /** Light of each value of sRGB. */
  private static double[] linear() {
    double[] table = new double[256];
    for (int i = 0; i < table.length; i++) {
      double v = i / 255.0;
      table[i] = v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
    }
    return table;
  }

  private static double fraction(double t) {
    return t > 216.0 / 24389 ? Math.cbrt(t) : (24389.0 / 27 * t + 16) / 116;
  }

  private static float clamp(double v) {
    return (float) Math.max(0, Math.min(255, v));
  }
}
