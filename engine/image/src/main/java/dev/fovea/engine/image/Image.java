package dev.fovea.engine.image;

import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Objects;
import java.util.function.IntFunction;

/**
 * A picture: {@code channels} planes of {@code height} rows of {@code width} samples, with its bit
 * depth and its {@link Calibration} kept as they are in the file.
 *
 * <p>One channel is grey, three are red, green, blue in this order; other counts are possible (for
 * example probability maps) but have no colour meaning. There is no alpha channel: {@link
 * ImageReader} resolves transparency when it reads.
 *
 * <p>Immutable and therefore safe to share between threads. The factories that take arrays take
 * them over without a copy; the caller must not write to them afterwards.
 */
public final class Image {
  private final int width;
  private final int height;
  private final Plane[] planes;
  private final Calibration calibration;

  private Image(int width, int height, Plane[] planes, Calibration calibration) {
    if (width < 1 || height < 1 || (long) width * height > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "image size: found " + width + " x " + height + ", expected 1 to 2^31 - 1 pixels");
    }
    if (planes.length == 0) {
      throw new IllegalArgumentException("image: found no plane, expected one per channel");
    }
    for (Plane plane : planes) {
      if (plane.length() != width * height) {
        throw new IllegalArgumentException(
            "plane: found " + plane.length() + " samples, expected " + width + " x " + height);
      }
    }
    this.width = width;
    this.height = height;
    this.planes = planes;
    this.calibration = Objects.requireNonNull(calibration, "calibration");
  }

  /**
   * An image of unsigned 8-bit samples.
   *
   * @param planes one array of {@code width * height} samples per channel; taken over, not copied
   * @throws IllegalArgumentException if a plane has another length
   */
  public static Image ofUint8(int width, int height, byte[]... planes) {
    return of(width, height, planes.length, c -> new Plane.Bytes(planes[c]));
  }

  /** An image of unsigned 16-bit samples; otherwise as {@link #ofUint8}. */
  public static Image ofUint16(int width, int height, short[]... planes) {
    return of(width, height, planes.length, c -> new Plane.Shorts(planes[c]));
  }

  /** An image of float samples; otherwise as {@link #ofUint8}. */
  public static Image ofFloat32(int width, int height, float[]... planes) {
    return of(width, height, planes.length, c -> new Plane.Floats(planes[c]));
  }

  private static Image of(int width, int height, int channels, IntFunction<Plane> plane) {
    return new Image(width, height, planes(channels, plane), Calibration.NONE);
  }

  /** An image of planes of one type. */
  static Image ofPlanes(int width, int height, Plane... planes) {
    return new Image(width, height, planes, Calibration.NONE);
  }

  private static Plane[] planes(int channels, IntFunction<Plane> plane) {
    Plane[] planes = new Plane[channels];
    for (int c = 0; c < channels; c++) {
      planes[c] = plane.apply(c);
    }
    return planes;
  }

  /**
   * The image in a tensor of shape {@code [1, C, H, W]} or {@code [C, H, W]}, as 8-bit samples:
   * values are rounded half up and clamped to 0..255; NaN becomes 0.
   *
   * @throws IllegalArgumentException if the tensor has another rank or more than one picture
   */
  public static Image fromTensor(Tensor tensor) {
    return fromTensor(tensor, SampleType.UINT8);
  }

  /** As {@link #fromTensor(Tensor)}, stored as {@code type}; floats are taken as they are. */
  public static Image fromTensor(Tensor tensor, SampleType type) {
    Shape shape = tensor.shape();
    int rank = shape.rank();
    if (rank != 3 && (rank != 4 || shape.dim(0) != 1)) {
      throw new IllegalArgumentException(
          "image tensor: found shape " + shape + ", expected [1, C, H, W] or [C, H, W]");
    }
    int channels = shape.dim(rank - 3);
    int height = shape.dim(rank - 2);
    int width = shape.dim(rank - 1);
    int pixels = height * width;
    return of(
        width,
        height,
        channels,
        c -> Plane.store(type, tensor.array(), tensor.offset() + c * pixels, pixels));
  }

  /** Number of columns. */
  public int width() {
    return width;
  }

  /** Number of rows. */
  public int height() {
    return height;
  }

  /** Number of planes: 1 for grey, 3 for red, green, blue. */
  public int channels() {
    return planes.length;
  }

  /** How every sample is stored. */
  public SampleType type() {
    return planes[0].type();
  }

  /** The physical size of a pixel; {@link Calibration#NONE} if it is not known. */
  public Calibration calibration() {
    return calibration;
  }

  /** The nominal full intensity, see {@link SampleType#maxValue()}. */
  public float maxValue() {
    return type().maxValue();
  }

  /**
   * The sample of channel {@code c} in row {@code y}, column {@code x}, in raw units: 0..255,
   * 0..65535, or the float itself.
   *
   * @throws IndexOutOfBoundsException if there is no such sample
   */
  public float value(int c, int y, int x) {
    Objects.checkIndex(x, width);
    Objects.checkIndex(y, height);
    return planes[c].get(y * width + x);
  }

  /** Copies row {@code y} of channel {@code c} into the first {@code width} places of a row. */
  void copyRow(int c, int y, float[] row) {
    planes[c].copyTo(y * width, row, 0, width);
  }

  /** A new array with the raw values of one channel, row by row. */
  public float[] plane(int c) {
    float[] values = new float[width * height];
    planes[c].copyTo(0, values, 0, values.length);
    return values;
  }

  /** The raw values as a new tensor of shape {@code [1, C, H, W]}. */
  public Tensor toTensor() {
    int pixels = width * height;
    float[] values = new float[Math.multiplyExact(channels(), pixels)];
    for (int c = 0; c < planes.length; c++) {
      planes[c].copyTo(0, values, c * pixels, pixels);
    }
    return Tensor.of(Shape.of(1, channels(), height, width), values);
  }

  /** This picture with another calibration; the samples are shared. */
  public Image withCalibration(Calibration newCalibration) {
    return new Image(width, height, planes, newCalibration);
  }

  /**
   * Grey of the same sample type: {@code Y = 0.299 R + 0.587 G + 0.114 B} (the luma weights of
   * ITU-R BT.601), rounded for integer types. A grey image is returned as it is.
   *
   * @throws IllegalArgumentException if there are neither 1 nor 3 channels
   */
  public Image toGrey() {
    if (requireGreyOrColour() == 1) {
      return this;
    }
    float[] red = plane(0);
    float[] green = plane(1);
    float[] blue = plane(2);
    for (int i = 0; i < red.length; i++) {
      // In double, so that R = G = B gives exactly that value: the weights sum to 1.
      red[i] = (float) (0.299 * red[i] + 0.587 * green[i] + 0.114 * blue[i]);
    }
    return new Image(
        width, height, new Plane[] {Plane.store(type(), red, 0, red.length)}, calibration);
  }

  /**
   * Three channels: a grey image gets three equal planes (shared, not copied); a colour image is
   * returned as it is.
   *
   * @throws IllegalArgumentException if there are neither 1 nor 3 channels
   */
  public Image toRgb() {
    return requireGreyOrColour() == 3
        ? this
        : new Image(width, height, planes(3, c -> planes[0]), calibration);
  }

  private int requireGreyOrColour() {
    if (channels() != 1 && channels() != 3) {
      throw new IllegalArgumentException(
          "image: found " + channels() + " channels, expected 1 (grey) or 3 (colour)");
    }
    return channels();
  }

  /**
   * A copy of the rectangle {@code x..x+cropWidth-1, y..y+cropHeight-1}.
   *
   * @throws IllegalArgumentException if the rectangle is empty or not inside the image
   */
  public Image crop(int x, int y, int cropWidth, int cropHeight) {
    if (x < 0
        || y < 0
        || cropWidth < 1
        || cropHeight < 1
        || (long) x + cropWidth > width
        || (long) y + cropHeight > height) {
      throw new IllegalArgumentException(
          "crop: found %d x %d at (%d, %d), expected a rectangle inside %d x %d"
              .formatted(cropWidth, cropHeight, x, y, width, height));
    }
    return rearranged(cropWidth, cropHeight, (cx, cy) -> (y + cy) * width + x + cx, calibration);
  }

  /** Tells which source sample, counted row by row, stands at column x, row y of the result. */
  interface Source {
    int index(int x, int y);
  }

  /** A picture whose pixels are pixels of this one in another order; type and values are kept. */
  Image rearranged(int newWidth, int newHeight, Source source, Calibration newCalibration) {
    int[] indices = new int[newWidth * newHeight];
    for (int y = 0, i = 0; y < newHeight; y++) {
      for (int x = 0; x < newWidth; x++) {
        indices[i++] = source.index(x, y);
      }
    }
    return new Image(
        newWidth, newHeight, planes(channels(), c -> planes[c].gather(indices)), newCalibration);
  }

  /**
   * The image in 8 bits: 8-bit samples as they are; 16-bit samples by {@code v * 255 / 65535},
   * rounded; floats linearly from the smallest to the largest finite value over all channels (all
   * zero if these are equal).
   */
  public Image asUint8() {
    return switch (type()) {
      case UINT8 -> this;
      case UINT16 -> asUint8(0, 65535);
      case FLOAT32 -> {
        float low = Float.POSITIVE_INFINITY;
        float high = Float.NEGATIVE_INFINITY;
        for (Plane plane : planes) {
          for (int i = 0; i < plane.length(); i++) {
            float value = plane.get(i);
            if (Float.isFinite(value)) {
              low = Math.min(low, value);
              high = Math.max(high, value);
            }
          }
        }
        yield low <= high ? asUint8(low, high) : asUint8(0, 1);
      }
    };
  }

  /**
   * The image in 8 bits: {@code (v - low) * 255 / (high - low)}, rounded and clamped to 0..255.
   * With {@code low == high} every finite sample becomes 0.
   *
   * @throws IllegalArgumentException unless both are finite and {@code low <= high}
   */
  public Image asUint8(float low, float high) {
    if (!Float.isFinite(low) || !Float.isFinite(high) || low > high) {
      throw new IllegalArgumentException(
          "range: found " + low + " to " + high + ", expected finite numbers, low to high");
    }
    double range = (double) high - low;
    double scale = range > 0 ? 255 / range : 0;
    Plane[] scaled =
        planes(
            channels(),
            c -> {
              float[] values = plane(c);
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((values[i] - low) * scale);
              }
              return Plane.store(SampleType.UINT8, values, 0, values.length);
            });
    return new Image(width, height, scaled, calibration);
  }

  /** Size, channels and sample type, for example {@code 256 x 254, 1 channel, UINT8}. */
  @Override
  public String toString() {
    return "%d x %d, %d %s, %s"
        .formatted(width, height, channels(), channels() == 1 ? "channel" : "channels", type());
  }
}
