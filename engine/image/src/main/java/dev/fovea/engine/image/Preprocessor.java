package dev.fovea.engine.image;

import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.Objects;

/**
 * Brings a picture to the form a model wants, as its {@link Preprocessing} says: channels, then
 * size, then values. Immutable and thread-safe.
 *
 * <p>Percentiles are those of the picture in the model's channels, before it is resized. Resizing
 * is {@link Resampling#TRIANGLE}, as most networks for photographs have seen it; values are not
 * rounded in between. The margin of a letterbox has the value that the description gives it,
 * brought to the range of the picture.
 */
public final class Preprocessor {
  private final Preprocessing preprocessing;

  /** A preprocessor for the input that {@code preprocessing} describes. */
  public Preprocessor(Preprocessing preprocessing) {
    this.preprocessing = Objects.requireNonNull(preprocessing, "preprocessing");
  }

  /** The description that is applied. */
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /**
   * A model input and where the picture lies in it.
   *
   * @param tensor of shape {@code [1, C, H, W]}
   * @param geometry maps coordinates of the picture to those of the tensor and back
   */
  public record Prepared(Tensor tensor, Geometry geometry) {}

  /**
   * The model input of shape {@code [1, C, H, W]} for a picture, in a new tensor.
   *
   * @throws IllegalArgumentException if the picture has neither 1 nor 3 channels, or a size that
   *     the model does not take and that is not to be changed
   */
  public Tensor apply(Image image) {
    return prepare(image).tensor();
  }

  /** As {@link #apply}, with the geometry that is needed to map results back. */
  public Prepared prepare(Image image) {
    Image coloured =
        preprocessing.channels() == Preprocessing.Channels.GREY ? image.toGrey() : image.toRgb();
    Fit fit = fit(image.width(), image.height());
    int width = preprocessing.width() == 0 ? image.width() : preprocessing.width();
    int height = preprocessing.height() == 0 ? image.height() : preprocessing.height();
    Normaliser normaliser = normaliser(coloured);
    float margin = preprocessing.margin() * coloured.maxValue() / 255;
    FloatPlanes planes =
        fit.apply(FloatPlanes.of(coloured), width, height, Resampling.TRIANGLE, margin);
    int channels = preprocessing.channels().count();
    int pixels = width * height;
    Tensor tensor = Tensor.zeros(Shape.of(1, channels, height, width));
    for (int c = 0; c < channels; c++) {
      boolean reversed = preprocessing.channels() == Preprocessing.Channels.BGR;
      float[] plane = planes.planes()[reversed ? channels - 1 - c : c];
      for (int i = 0; i < pixels; i++) {
        tensor.array()[c * pixels + i] = normaliser.apply(plane[i], c);
      }
    }
    return new Prepared(tensor, fit.geometry(image.width(), image.height()));
  }

  /**
   * The derivatives of something by the samples of a picture, from those by the model's input. A
   * sample counts in shares of the largest value that its type can have, so that black is 0 and
   * white is 1. Percentiles are taken for constants, as those of a few changed pixels nearly are.
   *
   * @param image that the input was made of
   * @param byInput derivatives by {@link #apply apply(image)}, in its shape
   * @return a new tensor {@code [1, channels of the picture, height, width]}
   * @throws IllegalArgumentException as {@link #apply}
   */
  public Tensor gradient(Image image, Tensor byInput) {
    Image coloured =
        preprocessing.channels() == Preprocessing.Channels.GREY ? image.toGrey() : image.toRgb();
    int width = byInput.shape().dim(3);
    int height = byInput.shape().dim(2);
    Fit fit = fit(image.width(), image.height());
    PreprocessorGradient.Cut cut = PreprocessorGradient.Cut.of(fit, width, height);
    Tensor made = apply(image);
    Slope slope = slope(coloured);
    float[][] planes = new float[preprocessing.channels().count()][];
    for (int c = 0; c < planes.length; c++) {
      float[] plane = new float[width * height];
      for (int i = 0; i < plane.length; i++) {
        int at = c * plane.length + i;
        plane[i] = byInput.get(at) * slope.at(made.get(at), c);
      }
      planes[c] =
          PreprocessorGradient.resize(
              PreprocessorGradient.unpad(plane, fit, cut, width),
              cut,
              image.width(),
              image.height());
    }
    return PreprocessorGradient.colours(
        planes, image.channels(), preprocessing.channels(), image.width(), image.height());
  }

  /** The derivative of an input value by its sample, where the value is {@code made}. */
  private interface Slope {
    float at(float made, int c);
  }

  private Slope slope(Image image) {
    float max = image.maxValue();
    return switch (preprocessing.normalisation()) {
      case UNIT -> (made, c) -> 1;
      case MEAN_STD -> (made, c) -> 255 / preprocessing.std()[c];
      case PERCENTILE, PERCENTILE_DARK_GROUND -> {
        Normaliser stretched = normaliser(image);
        float[] at = Percentiles.of(image, preprocessing.low(), preprocessing.high(), 50);
        float slope = at[1] > at[0] ? max / (at[1] - at[0]) : 0;
        float signed = stretched.apply(at[0], 0) > stretched.apply(at[1], 0) ? -slope : slope;
        // Beyond the percentiles values are cut off.
        yield (made, c) -> made > 0 && made < 1 ? signed : 0;
      }
    };
  }

  private Fit fit(int width, int height) {
    int w = preprocessing.width();
    int h = preprocessing.height();
    Fit unchanged = new Fit(width, height, 0, 0);
    if (w == 0) {
      return unchanged;
    }
    return switch (preprocessing.resize()) {
      case NONE -> {
        if (width != w || height != h) {
          throw new IllegalArgumentException(
              "image size: found " + width + " x " + height + ", expected " + w + " x " + h);
        }
        yield unchanged;
      }
      case STRETCH -> new Fit(w, h, 0, 0);
      case SHORTER_SIDE_CROP ->
          preprocessing.shorterSide() == 0
              ? Fit.covering(width, height, w, h)
              : Fit.shorterSide(width, height, w, h, preprocessing.shorterSide());
      case LETTERBOX -> Fit.inside(width, height, w, h);
    };
  }

  /** From a raw value to that of the model's channel {@code c}. */
  private interface Normaliser {
    float apply(float raw, int c);
  }

  private Normaliser normaliser(Image image) {
    float max = image.maxValue();
    return switch (preprocessing.normalisation()) {
      case UNIT -> (raw, c) -> raw / max;
      case MEAN_STD -> {
        float[] mean = preprocessing.mean();
        float[] std = preprocessing.std();
        yield (raw, c) -> (raw * (255 / max) - mean[c]) / std[c];
      }
      case PERCENTILE -> stretch(image, false);
      case PERCENTILE_DARK_GROUND -> stretch(image, true);
    };
  }

  private Normaliser stretch(Image image, boolean darkGround) {
    float[] at = Percentiles.of(image, preprocessing.low(), preprocessing.high(), 50);
    float low = at[0];
    float width = at[1] - low;
    if (!(width > 0)) {
      return (raw, c) -> 0;
    }
    Normaliser stretched = (raw, c) -> Math.max(0, Math.min(1, (raw - low) / width));
    boolean bright = stretched.apply(at[2], 0) > 0.5f;
    return darkGround && bright ? (raw, c) -> 1 - stretched.apply(raw, c) : stretched;
  }
}
