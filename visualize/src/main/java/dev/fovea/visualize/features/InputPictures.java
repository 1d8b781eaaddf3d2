package dev.fovea.visualize.features;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.Preprocessor;
import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.model.Preprocessing.Channels;
import dev.fovea.engine.model.Preprocessing.Normalisation;
import dev.fovea.engine.tensor.Tensor;

/**
 * Pictures as the input of a network and back: what a descent changes is the input, what people see
 * is the picture. Sizes stay as they are. Immutable and thread-safe.
 *
 * <p>Normalisations by percentiles cannot be undone, as they forget the range of the picture; their
 * inputs of 0 to 1 become black to white.
 */
public final class InputPictures {
  private final Preprocessing preprocessing;
  private final Preprocessor anySize;

  /** For the input of a network. */
  public InputPictures(Preprocessing preprocessing) {
    this.preprocessing = preprocessing;
    this.anySize =
        new Preprocessor(
            new Preprocessing(
                preprocessing.channels(),
                0,
                0,
                Preprocessing.Resize.NONE,
                0,
                0,
                preprocessing.normalisation(),
                preprocessing.mean(),
                preprocessing.std(),
                preprocessing.low(),
                preprocessing.high()));
  }

  /** The input {@code [1, C, H, W]} for a picture in its own size. */
  public Tensor toInput(Image picture) {
    return anySize.apply(picture);
  }

  /** The values of black and white in each channel of the input. */
  public PixelRange range() {
    int channels = preprocessing.channels().count();
    float[] black = new float[channels];
    float[] white = new float[channels];
    for (int c = 0; c < channels; c++) {
      float first = value(0, c);
      float last = value(255, c);
      black[c] = Math.min(first, last);
      white[c] = Math.max(first, last);
    }
    return new PixelRange(black, white);
  }

  private float value(float level, int c) {
    return preprocessing.normalisation() == Normalisation.MEAN_STD
        ? (level - preprocessing.mean()[c]) / preprocessing.std()[c]
        : level / 255;
  }

  /** An 8-bit picture of an input {@code [1, C, H, W]}; rounded, and clamped to black and white. */
  public Image toImage(Tensor input) {
    int channels = preprocessing.channels().count();
    int height = input.shape().dim(2);
    int width = input.shape().dim(3);
    byte[][] planes = new byte[channels][width * height];
    for (int c = 0; c < channels; c++) {
      int plane = preprocessing.channels() == Channels.BGR ? channels - 1 - c : c;
      for (int i = 0; i < width * height; i++) {
        float level = level(input.get(c * width * height + i), c);
        planes[plane][i] = (byte) Math.max(0, Math.min(255, Math.round(level)));
      }
    }
    return Image.ofUint8(width, height, planes);
  }

  private float level(float value, int c) {
    return preprocessing.normalisation() == Normalisation.MEAN_STD
        ? value * preprocessing.std()[c] + preprocessing.mean()[c]
        : value * 255;
  }
}
