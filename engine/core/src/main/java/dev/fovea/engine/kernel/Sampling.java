package dev.fovea.engine.kernel;

/**
 * How {@link Kernels#gridSample} reads an image at real coordinates.
 *
 * <p>Normalised coordinates run from -1 to 1 over the image: with {@code alignCorners} from the
 * centre of the first pixel to that of the last, else from the outer edge of the first to that of
 * the last. Pixels outside of the image are 0, or those of the border, or those of the image
 * reflected at where the coordinate is -1 or 1.
 *
 * @param method interpolation between the pixels
 * @param padding what lies outside of the image
 * @param alignCorners what -1 and 1 mean
 */
public record Sampling(Interpolation.Method method, Padding padding, boolean alignCorners) {

  /** The coefficient of cubic convolution, as in ONNX. */
  private static final Interpolation.Filter CUBIC = Interpolation.Filter.CUBIC;

  /** What lies outside of the image. */
  public enum Padding {
    /** Zero. */
    ZEROS,
    /** The nearest pixel of the border. */
    BORDER,
    /** The image in a mirror at the border. */
    REFLECTION
  }

  /** Neighbours along each dimension. */
  public int neighbours() {
    return switch (method) {
      case NEAREST -> 1;
      case LINEAR -> 2;
      case CUBIC -> 4;
    };
  }

  /** Pixel coordinate of a normalised one, in an extent of {@code size} pixels. */
  public float pixel(float normalised, int size) {
    return alignCorners ? (normalised + 1) / 2 * (size - 1) : ((normalised + 1) * size - 1) / 2;
  }

  /** Derivative of {@link #pixel}. */
  public float pixelSlope(int size) {
    return alignCorners ? (size - 1) / 2f : size / 2f;
  }

  /** The first neighbour of a pixel coordinate, before {@link #inside}. */
  public int first(float pixel) {
    return switch (method) {
      // To even, as ONNX Runtime rounds.
      case NEAREST -> (int) Math.rint(pixel);
      case LINEAR -> (int) Math.floor(pixel);
      case CUBIC -> (int) Math.floor(pixel) - 1;
    };
  }

  /** Weight of a neighbour for a pixel coordinate. */
  public float weight(float pixel, int neighbour) {
    return switch (method) {
      case NEAREST -> 1;
      case LINEAR -> 1 - Math.abs(pixel - neighbour);
      case CUBIC -> (float) CUBIC.weight(pixel - neighbour);
    };
  }

  /** Derivative of {@link #weight} by the coordinate. */
  public float weightSlope(float pixel, int neighbour) {
    return switch (method) {
      case NEAREST -> 0;
      case LINEAR -> pixel >= neighbour ? -1 : 1;
      case CUBIC -> (float) CUBIC.slope(pixel - neighbour);
    };
  }

  /** The pixel that is shown at a position, -1 for zero. */
  public int inside(int position, int size) {
    if (position >= 0 && position < size) {
      return position;
    }
    return switch (padding) {
      case ZEROS -> -1;
      case BORDER -> Math.min(Math.max(position, 0), size - 1);
      case REFLECTION -> reflected(position, size);
    };
  }

  private int reflected(int position, int size) {
    if (size == 1) {
      return 0;
    }
    // The mirror stands in the middle of the outer pixels, or at their outer edges.
    int period = alignCorners ? 2 * (size - 1) : 2 * size;
    int i = Math.floorMod(position, period);
    return i < size ? i : alignCorners ? period - i : period - 1 - i;
  }
}
