package dev.fovea.engine.image;

import java.nio.file.Path;

/**
 * How much a file may ask for. Headers are checked against these before memory is reserved, because
 * a file of a few bytes can claim any size.
 *
 * @param maxSamples most samples (width x height x channels) of a picture, or of all pages of a
 *     file together
 * @param maxPages most pages of a file
 */
public record Limits(long maxSamples, int maxPages) {

  /**
   * As many samples as an eighth of the largest Java heap has bytes, so that what is refused is
   * what would not fit in memory with its float copies; but at least 2^24 (a grey picture of 4096 x
   * 4096) and at most 2^30 (32768 x 32768). 65,536 pages.
   */
  public static final Limits DEFAULT =
      new Limits(
          Math.max(1L << 24, Math.min(1L << 30, Runtime.getRuntime().maxMemory() / 8)), 1 << 16);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is not positive
   */
  public Limits {
    if (maxSamples < 1 || maxPages < 1) {
      throw new IllegalArgumentException(
          "limits: found " + maxSamples + " samples and " + maxPages + " pages, expected >= 1");
    }
  }

  /**
   * Accepts or refuses a size that a header claims.
   *
   * @throws ImageFormatException if a size is not positive or the picture is larger than allowed
   */
  void check(Path file, long width, long height, long channels) throws ImageFormatException {
    if (width < 1 || height < 1 || channels < 1) {
      throw new ImageFormatException(
          file, "a size of " + width + " x " + height, "at least one pixel");
    }
    // Divisions, because the product of three numbers from a file may overflow even a long.
    if (width > maxSamples / channels || height > maxSamples / channels / width) {
      throw new ImageFormatException(
          file,
          "a size of " + width + " x " + height + " x " + channels + " in the header",
          "at most " + maxSamples + " samples");
    }
  }
}
