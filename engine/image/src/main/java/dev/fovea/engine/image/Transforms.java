package dev.fovea.engine.image;

import java.util.Random;

/**
 * Transforms of pictures. Pure functions: the argument is never modified, sample type and channels
 * are kept (integer results are rounded half up and clamped), and the calibration follows the
 * geometry. Crops are {@link Image#crop}; flips and turns by right angles, {@link
 * Orientation#apply}.
 */
public final class Transforms {
  private Transforms() {}

  /**
   * The picture in another size; the aspect need not be kept.
   *
   * @throws IllegalArgumentException if a size is not positive
   */
  public static Image resize(Image image, int width, int height, Resampling resampling) {
    requireSize(width, height);
    Calibration calibration =
        image
            .calibration()
            .scaled((double) width / image.width(), (double) height / image.height());
    if (resampling == Resampling.NEAREST) {
      return image.rearranged(
          width,
          height,
          (x, y) ->
              AxisWeights.nearest(y, image.height(), height) * image.width()
                  + AxisWeights.nearest(x, image.width(), width),
          calibration);
    }
    return FloatPlanes.of(image)
        .resize(width, height, resampling)
        .toImage(image.type(), calibration);
  }

  /**
   * The central {@code width x height} pixels; one more is cut off right and below if a difference
   * is odd.
   *
   * @throws IllegalArgumentException if the image is smaller
   */
  public static Image centreCrop(Image image, int width, int height) {
    return image.crop(
        Math.floorDiv(image.width() - width, 2),
        Math.floorDiv(image.height() - height, 2),
        width,
        height);
  }

  /**
   * The picture with a margin of one value.
   *
   * @param fill raw value of the margin in every channel
   * @throws IllegalArgumentException if a margin is negative
   */
  public static Image padConstant(
      Image image, int left, int top, int right, int bottom, float fill) {
    requireMargins(left, top, right, bottom);
    return FloatPlanes.of(image)
        .padConstant(left, top, image.width() + left + right, image.height() + top + bottom, fill)
        .toImage(image.type(), image.calibration());
  }

  /**
   * The picture with a margin that mirrors it at the centres of the edge pixels ({@code c b | a b
   * c}); margins wider than the picture go back and forth.
   *
   * @throws IllegalArgumentException if a margin is negative
   */
  public static Image padReflect(Image image, int left, int top, int right, int bottom) {
    requireMargins(left, top, right, bottom);
    return image.rearranged(
        image.width() + left + right,
        image.height() + top + bottom,
        (x, y) ->
            Border.reflect(y - top, image.height()) * image.width()
                + Border.reflect(x - left, image.width()),
        image.calibration());
  }

  /**
   * A letterboxed picture and where the original lies in it.
   *
   * @param image of the size asked for
   * @param geometry maps coordinates of the original to those of {@code image} and back
   */
  public record Letterbox(Image image, Geometry geometry) {}

  /**
   * The whole picture as large as it fits into {@code width x height} with its aspect kept,
   * centred, with {@code fill} beside it.
   *
   * @throws IllegalArgumentException if a size is not positive
   */
  public static Letterbox letterbox(
      Image image, int width, int height, Resampling resampling, float fill) {
    requireSize(width, height);
    Fit fit = Fit.inside(image.width(), image.height(), width, height);
    Geometry geometry = fit.geometry(image.width(), image.height());
    Image boxed =
        fit.apply(FloatPlanes.of(image), width, height, resampling, fill)
            .toImage(
                image.type(), image.calibration().scaled(geometry.scaleX(), geometry.scaleY()));
    return new Letterbox(boxed, geometry);
  }

  /**
   * The picture turned about its centre, in a picture of the same size.
   *
   * @param degrees counter-clockwise as seen on the screen
   * @param resampling {@link Resampling#NEAREST} for labels, otherwise bilinear
   * @param fill raw value where nothing of the picture comes to lie
   */
  public static Image rotate(Image image, double degrees, Resampling resampling, float fill) {
    double cos = Math.cos(Math.toRadians(degrees));
    double sin = Math.sin(Math.toRadians(degrees));
    double cx = image.width() / 2.0;
    double cy = image.height() / 2.0;
    // y points down: going back from output to input, a counter-clockwise turn is (c, -s; s, c).
    Affine map = Affine.about(cos, -sin, sin, cos, cx, cy, cx, cy);
    return FloatPlanes.of(image)
        .warp(image.width(), image.height(), map, resampling, Border.constant(fill))
        .toImage(image.type(), image.calibration());
  }

  /**
   * Brightness, contrast and gamma. With {@code u = v / maxValue}: {@code u' = max(0, (u - 0.5)
   * contrast + 0.5 + brightness) ^ gamma}.
   *
   * @param brightness added, as a part of the nominal maximum; 0 changes nothing
   * @param contrast factor about the middle of the range; 1 changes nothing
   * @param gamma exponent; 1 changes nothing
   */
  public static Image adjust(Image image, double brightness, double contrast, double gamma) {
    return photometric(image, new Photometry(brightness, contrast, gamma, 0, 0));
  }

  /**
   * Adds Gaussian noise, independent for each sample.
   *
   * @param sigma standard deviation as a part of the nominal maximum
   * @param seed equal seeds give equal noise
   */
  public static Image addNoise(Image image, double sigma, long seed) {
    return photometric(image, new Photometry(0, 1, 1, sigma, seed));
  }

  private static Image photometric(Image image, Photometry photometry) {
    FloatPlanes planes = FloatPlanes.of(image);
    Random random = photometry.random();
    for (float[] plane : planes.planes()) {
      photometry.apply(plane, 0, plane.length, image.maxValue(), random);
    }
    return planes.toImage(image.type(), image.calibration());
  }

  private static void requireSize(int width, int height) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "size: found " + width + " x " + height + ", expected at least 1 x 1");
    }
  }

  private static void requireMargins(int left, int top, int right, int bottom) {
    if ((left | top | right | bottom) < 0) {
      throw new IllegalArgumentException(
          "margins: found %d, %d, %d, %d, expected none below 0"
              .formatted(left, top, right, bottom));
    }
  }
}
