package dev.fovea.engine.image;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Random changes of training pictures that leave their meaning unchanged. {@link #draw} chooses the
 * parameters once, from a seed; the {@link Draw} then applies them to a picture and to its labels
 * alike. Immutable and thread-safe.
 *
 * <p>Values are taken as normalised: 0 is dark, 1 is bright (see {@link Preprocessor}).
 *
 * @param flips whether to choose among the eight orientations (flips and quarter turns)
 * @param maxRotation largest further rotation to either side, in degrees
 * @param minScale smallest magnification
 * @param maxScale largest magnification
 * @param maxShift largest shift to either side, as a part of the output's size
 * @param brightness largest brightness added or taken away
 * @param contrast the contrast factor lies between {@code 1 - contrast} and {@code 1 + contrast}
 * @param gamma the exponent lies between {@code 1 / (1 + gamma)} and {@code 1 + gamma}
 * @param noise largest standard deviation of Gaussian noise
 * @param color the factor of each channel by itself lies between {@code 1 - color} and {@code 1 +
 *     color}: other stains and white balances
 */
public record Augmentation(
    boolean flips,
    double maxRotation,
    double minScale,
    double maxScale,
    double maxShift,
    double brightness,
    double contrast,
    double gamma,
    double noise,
    double color) {

  /** Changes nothing; the {@link Draw} still chooses which part of a larger picture is taken. */
  public static final Augmentation NONE = new Augmentation(false, 0, 1, 1, 0, 0, 0, 0, 0, 0);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is negative, or not {@code 0 < minScale <= maxScale}
   */
  public Augmentation {
    for (double value :
        new double[] {maxRotation, maxShift, brightness, contrast, gamma, noise, color}) {
      if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "augmentation: found a range of " + value + ", expected 0 or more");
      }
    }
    if (!(minScale > 0 && minScale <= maxScale && maxScale < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "augmentation: found scales "
              + minScale
              + " to "
              + maxScale
              + ", expected 0 < smallest <= largest");
    }
  }

  /** The same without a change of colours. */
  public Augmentation(
      boolean flips,
      double maxRotation,
      double minScale,
      double maxScale,
      double maxShift,
      double brightness,
      double contrast,
      double gamma,
      double noise) {
    this(flips, maxRotation, minScale, maxScale, maxShift, brightness, contrast, gamma, noise, 0);
  }

  /** Chooses parameters; equal seeds give equal draws. */
  public Draw draw(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    // Always the same number of calls, so that one range does not change what others draw.
    Orientation orientation = Orientation.values()[random.nextInt(Orientation.values().length)];
    double angle = symmetric(random, maxRotation);
    double scale = minScale * Math.pow(maxScale / minScale, random.nextDouble());
    double shiftX = symmetric(random, maxShift);
    double shiftY = symmetric(random, maxShift);
    double placeX = random.nextDouble();
    double placeY = random.nextDouble();
    Photometry photometry =
        new Photometry(
            symmetric(random, brightness),
            1 + symmetric(random, contrast),
            Math.pow(1 + gamma, symmetric(random, 1)),
            noise * random.nextDouble(),
            random.nextLong());
    long colors = random.nextLong();
    return new Draw(
        flips ? orientation : Orientation.NORMAL,
        angle,
        scale,
        shiftX,
        shiftY,
        placeX,
        placeY,
        photometry,
        color,
        colors);
  }

  private static double symmetric(SplittableRandom random, double range) {
    return range * (2 * random.nextDouble() - 1);
  }

  /** One choice of parameters. Immutable and thread-safe. */
  public static final class Draw {
    private final Orientation orientation;
    private final double angle;
    private final double scale;
    private final double shiftX;
    private final double shiftY;
    private final double placeX;
    private final double placeY;
    private final Photometry photometry;
    private final double color;
    private final long colorSeed;

    private Draw(
        Orientation orientation,
        double angle,
        double scale,
        double shiftX,
        double shiftY,
        double placeX,
        double placeY,
        Photometry photometry,
        double color,
        long colorSeed) {
      this.orientation = orientation;
      this.angle = angle;
      this.scale = scale;
      this.shiftX = shiftX;
      this.shiftY = shiftY;
      this.placeX = placeX;
      this.placeY = placeY;
      this.photometry = photometry;
      this.color = color;
      this.colorSeed = colorSeed;
    }

    /**
     * A {@code height x width} part of a picture, changed. Where the part reaches beyond the
     * picture this is mirrored at its edges. Sampled bilinearly, and exactly if there is neither
     * rotation, scale nor shift.
     *
     * @param source of shape {@code [1, C, H, W]}, values 0 to 1; not modified
     * @return a new tensor of shape {@code [1, C, height, width]}; noise and brightness can take
     *     values out of 0 to 1
     * @throws IllegalArgumentException if the source is not one picture
     */
    public Tensor image(Tensor source, int height, int width) {
      Shape shape = source.shape();
      if (shape.rank() != 4 || shape.dim(0) != 1) {
        throw new IllegalArgumentException(
            "augmentation: found shape " + shape + ", expected [1, C, H, W]");
      }
      int channels = shape.dim(1);
      int sourceHeight = shape.dim(2);
      int sourceWidth = shape.dim(3);
      int pixels = sourceHeight * sourceWidth;
      float[][] planes = new float[channels][pixels];
      for (int c = 0; c < channels; c++) {
        System.arraycopy(source.array(), source.offset() + c * pixels, planes[c], 0, pixels);
      }
      FloatPlanes warped =
          new FloatPlanes(sourceWidth, sourceHeight, planes)
              .warp(
                  width,
                  height,
                  map(sourceWidth, sourceHeight, width, height),
                  Resampling.BILINEAR,
                  Border.REFLECT);
      Tensor result = Tensor.zeros(Shape.of(1, channels, height, width));
      Random random = photometry.random();
      SplittableRandom colors = new SplittableRandom(colorSeed);
      int size = height * width;
      for (int c = 0; c < channels; c++) {
        float factor = (float) (1 + symmetric(colors, color));
        float[] plane = warped.planes()[c];
        for (int i = 0; i < size; i++) {
          result.array()[c * size + i] = plane[i] * factor;
        }
        photometry.apply(result.array(), c * size, size, 1, random);
      }
      return result;
    }

    /**
     * The labels that belong to {@link #image}: the same part with the same geometry, each pixel
     * the label of the nearest one.
     *
     * @param labels row by row; not modified
     * @throws IllegalArgumentException if the length is not {@code sourceHeight * sourceWidth}
     */
    public int[] labels(int[] labels, int sourceHeight, int sourceWidth, int height, int width) {
      if (labels.length != (long) sourceHeight * sourceWidth) {
        throw new IllegalArgumentException(
            "labels: found " + labels.length + ", expected " + sourceWidth + " x " + sourceHeight);
      }
      Affine map = map(sourceWidth, sourceHeight, width, height);
      int[] result = new int[height * width];
      for (int y = 0, i = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int sx = FloatPlanes.nearest(map.x(x + 0.5, y + 0.5) - 0.5);
          int sy = FloatPlanes.nearest(map.y(x + 0.5, y + 0.5) - 0.5);
          result[i++] =
              labels[
                  Border.reflect(sy, sourceHeight) * sourceWidth + Border.reflect(sx, sourceWidth)];
        }
      }
      return result;
    }

    /** From the output back to the source. */
    private Affine map(int sourceWidth, int sourceHeight, int width, int height) {
      int partWidth = orientation.swapsAxes() ? height : width;
      int partHeight = orientation.swapsAxes() ? width : height;
      double toX = centre(placeX, sourceWidth, partWidth) + shiftX * partWidth;
      double toY = centre(placeY, sourceHeight, partHeight) + shiftY * partHeight;
      double cos = Math.cos(Math.toRadians(angle)) / scale;
      double sin = Math.sin(Math.toRadians(angle)) / scale;
      int signX = orientation.sourceStepX();
      int signY = orientation.sourceStepY();
      // First the orientation (a signed permutation of the axes), then rotation and scale.
      double xx = orientation.swapsAxes() ? 0 : signX;
      double xy = orientation.swapsAxes() ? signX : 0;
      double yx = orientation.swapsAxes() ? signY : 0;
      double yy = orientation.swapsAxes() ? 0 : signY;
      return Affine.about(
          cos * xx - sin * yx,
          cos * xy - sin * yy,
          sin * xx + cos * yx,
          sin * xy + cos * yy,
          width / 2.0,
          height / 2.0,
          toX,
          toY);
    }

    /** The centre of a part that begins at a whole pixel, so that plain cuts are exact. */
    private static double centre(double place, int source, int part) {
      int free = source - part;
      int start = free > 0 ? (int) (place * (free + 1)) : Math.floorDiv(free, 2);
      return start + part / 2.0;
    }
  }
}
