package dev.fovea.engine.model;

import java.util.Arrays;
import java.util.Objects;

/**
 * How an image becomes the input of a model; plain data, applied by {@code Preprocessor} of the
 * image module. Immutable; the arrays are not to be modified.
 *
 * @param channels order and number of the channels the model expects
 * @param width input width in pixels; 0 means any
 * @param height input height in pixels; 0 means any
 * @param resize how an image of another size is brought to {@code width x height}; ignored where
 *     both are 0
 * @param shorterSide for {@link Resize#SHORTER_SIDE_CROP}: length in pixels to which the shorter
 *     side is brought before the middle is cut out; 0 for as little as covers the size
 * @param margin for {@link Resize#LETTERBOX}: value beside the picture, in units of 0..255
 * @param normalisation how raw values become input values
 * @param mean for {@link Normalisation#MEAN_STD}: one value a channel, in raw units (0..255)
 * @param std for {@link Normalisation#MEAN_STD}: one value a channel, in raw units
 * @param low for percentile normalisations: percentile (0..100) that maps to 0
 * @param high for percentile normalisations: percentile that maps to 1
 */
public record Preprocessing(
    Channels channels,
    int width,
    int height,
    Resize resize,
    int shorterSide,
    float margin,
    Normalisation normalisation,
    float[] mean,
    float[] std,
    float low,
    float high) {

  /** Channel order of the model's input. */
  public enum Channels {
    /** One luma channel. */
    GREY(1),
    /** Red, green, blue. */
    RGB(3),
    /** Blue, green, red, as Caffe models take them. */
    BGR(3);

    private final int count;

    Channels(int count) {
      this.count = count;
    }

    /** Number of channels. */
    public int count() {
      return count;
    }
  }

  /** How an image is brought to the model's size. */
  public enum Resize {
    /** Not at all: the image must have the size, or the model takes any. */
    NONE,
    /** Both sides independently; the aspect is not kept. */
    STRETCH,
    /** Shorter side to the size, or to a given length, then a centred crop. */
    SHORTER_SIDE_CROP,
    /** Longer side to the size, the picture in the middle, the rest padded with the margin. */
    LETTERBOX
  }

  /** How raw sample values become input values. */
  public enum Normalisation {
    /** {@code raw / maximum of the sample type}: 255 for 8 bits, 65535 for 16, 1 for float. */
    UNIT,
    /** {@code (raw * 255 / maximum - mean) / std} for each channel. */
    MEAN_STD,
    /**
     * {@code (raw - p_low) / (p_high - p_low)}, percentiles over all samples of the image, clamped
     * to [0, 1]. An image of one single value becomes 0.
     */
    PERCENTILE,
    /**
     * As {@link #PERCENTILE}, and then {@code 1 - value} for the whole image if the median of its
     * samples lies above 0.5: stained tissue on a bright ground becomes bright objects on a dark
     * ground, as in fluorescence, and a net has one task to learn instead of two.
     */
    PERCENTILE_DARK_GROUND;

    /** Whether {@code low} and {@code high} are used. */
    public boolean usesPercentiles() {
      return this == PERCENTILE || this == PERCENTILE_DARK_GROUND;
    }
  }

  /** Checks that the numbers belong together. */
  public Preprocessing {
    Objects.requireNonNull(channels, "channels");
    Objects.requireNonNull(resize, "resize");
    Objects.requireNonNull(normalisation, "normalisation");
    if (width < 0 || height < 0 || (width == 0) != (height == 0)) {
      throw new IllegalArgumentException(
          "preprocessing size " + width + "x" + height + ": expected two sizes or two zeros");
    }
    if (shorterSide != 0
        && (resize != Resize.SHORTER_SIDE_CROP || shorterSide < Math.max(width, height))) {
      throw new IllegalArgumentException(
          "preprocessing: found a shorter side of "
              + shorterSide
              + " for "
              + width
              + "x"
              + height
              + " by "
              + resize
              + ", expected 0, or no less than the size and SHORTER_SIDE_CROP");
    }
    if (margin != 0 && !(resize == Resize.LETTERBOX && margin > 0 && margin <= 255)) {
      throw new IllegalArgumentException(
          "preprocessing: found a margin of "
              + margin
              + " by "
              + resize
              + ", expected 0, or up to 255 and LETTERBOX");
    }
    if (normalisation == Normalisation.MEAN_STD
        && (mean.length != channels.count() || std.length != channels.count())) {
      throw new IllegalArgumentException(
          "preprocessing: expected "
              + channels.count()
              + " mean and std values, found "
              + mean.length
              + " and "
              + std.length);
    }
    if (normalisation == Normalisation.MEAN_STD && !usable(mean, std)) {
      throw new IllegalArgumentException(
          "preprocessing: expected finite mean and std values, no std of 0, found "
              + Arrays.toString(mean)
              + " and "
              + Arrays.toString(std));
    }
    if (normalisation.usesPercentiles() && !(low >= 0 && high <= 100 && low < high)) {
      throw new IllegalArgumentException(
          "preprocessing: expected 0 <= low < high <= 100, found " + low + " and " + high);
    }
  }

  private static boolean usable(float[] mean, float[] std) {
    boolean usable = true;
    for (int c = 0; c < mean.length; c++) {
      usable &= Float.isFinite(mean[c]) && Float.isFinite(std[c]) && std[c] != 0;
    }
    return usable;
  }

  /** Values divided by the sample type's maximum. */
  public static Preprocessing unit(Channels channels, int width, int height, Resize resize) {
    return new Preprocessing(
        channels,
        width,
        height,
        resize,
        0,
        0,
        Normalisation.UNIT,
        new float[0],
        new float[0],
        0,
        0);
  }

  /** Mean and standard deviation for each channel, in units of 0..255. */
  public static Preprocessing meanStd(
      Channels channels, int width, int height, Resize resize, float[] mean, float[] std) {
    return new Preprocessing(
        channels, width, height, resize, 0, 0, Normalisation.MEAN_STD, mean, std, 0, 0);
  }

  /**
   * A copy that brings the shorter side to another length before the middle is cut out.
   *
   * @throws IllegalArgumentException if nothing is cut out, or the length is less than the size
   */
  public Preprocessing withShorterSide(int length) {
    return new Preprocessing(
        channels, width, height, resize, length, margin, normalisation, mean, std, low, high);
  }

  /**
   * A copy with another value beside the picture.
   *
   * @param value in units of 0..255
   * @throws IllegalArgumentException if nothing is padded, or the value is out of range
   */
  public Preprocessing withMargin(float value) {
    return new Preprocessing(
        channels, width, height, resize, shorterSide, value, normalisation, mean, std, low, high);
  }

  /** Percentile stretch of each image, for models that take any size. */
  public static Preprocessing percentile(Channels channels, float low, float high) {
    return stretched(channels, Normalisation.PERCENTILE, low, high);
  }

  /** Percentile stretch of each image to a dark ground, for models that take any size. */
  public static Preprocessing percentileDarkGround(Channels channels, float low, float high) {
    return stretched(channels, Normalisation.PERCENTILE_DARK_GROUND, low, high);
  }

  private static Preprocessing stretched(
      Channels channels, Normalisation normalisation, float low, float high) {
    return new Preprocessing(
        channels, 0, 0, Resize.NONE, 0, 0, normalisation, new float[0], new float[0], low, high);
  }

  /** Equal if all numbers are; a record alone would compare the arrays by identity. */
  @Override
  public boolean equals(Object o) {
    return o instanceof Preprocessing p
        && channels == p.channels
        && width == p.width
        && height == p.height
        && resize == p.resize
        && shorterSide == p.shorterSide
        && margin == p.margin
        && normalisation == p.normalisation
        && Arrays.equals(mean, p.mean)
        && Arrays.equals(std, p.std)
        && low == p.low
        && high == p.high;
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        channels,
        width,
        height,
        resize,
        shorterSide,
        margin,
        normalisation,
        Arrays.hashCode(mean),
        Arrays.hashCode(std),
        low,
        high);
  }
}
