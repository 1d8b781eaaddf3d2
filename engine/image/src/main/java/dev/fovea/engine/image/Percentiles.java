package dev.fovea.engine.image;

import java.util.Arrays;

/**
 * Percentiles of the samples of a picture, over all channels together, by linear interpolation
 * between order statistics: percentile {@code p} of {@code n} sorted values lies at index {@code p
 * / 100 * (n - 1)}. Values that are not finite do not count.
 */
public final class Percentiles {
  private Percentiles() {}

  /**
   * The raw values at the given percentiles; zeros if no sample is finite.
   *
   * @param percents each 0 to 100
   * @throws IllegalArgumentException if one is outside of the range
   */
  public static float[] of(Image image, float... percents) {
    for (float percent : percents) {
      if (!(percent >= 0 && percent <= 100)) {
        throw new IllegalArgumentException("percentile: found " + percent + ", expected 0 to 100");
      }
    }
    return image.type() == SampleType.FLOAT32
        ? ofFloats(image, percents)
        : ofIntegers(image, percents);
  }

  /** The sample at a rank, 0 for the smallest. */
  private interface Ranked {
    float at(long rank);
  }

  private static float[] interpolate(Ranked ranked, long count, float[] percents) {
    float[] values = new float[percents.length];
    for (int i = 0; i < values.length && count > 0; i++) {
      double at = percents[i] / 100.0 * (count - 1);
      long below = (long) Math.floor(at);
      float low = ranked.at(below);
      float high = below + 1 < count ? ranked.at(below + 1) : low;
      values[i] = (float) (low + (at - below) * ((double) high - low));
    }
    return values;
  }

  private static float[] ofIntegers(Image image, float[] percents) {
    long[] counts = new long[(int) image.maxValue() + 1];
    float[] row = new float[image.width()];
    for (int c = 0; c < image.channels(); c++) {
      for (int y = 0; y < image.height(); y++) {
        image.copyRow(c, y, row);
        for (float value : row) {
          counts[(int) value]++;
        }
      }
    }
    Ranked ranked =
        rank -> {
          int value = 0;
          for (long left = rank; left >= counts[value]; value++) {
            left -= counts[value];
          }
          return value;
        };
    return interpolate(ranked, (long) image.width() * image.height() * image.channels(), percents);
  }

  private static float[] ofFloats(Image image, float[] percents) {
    float[] values =
        new float[Math.multiplyExact(image.width() * image.height(), image.channels())];
    int count = 0;
    for (int c = 0; c < image.channels(); c++) {
      for (float value : image.plane(c)) {
        if (Float.isFinite(value)) {
          values[count++] = value;
        }
      }
    }
    Arrays.sort(values, 0, count);
    return interpolate(rank -> values[(int) rank], count, percents);
  }
}
