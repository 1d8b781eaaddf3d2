package dev.fovea.engine.image;

import dev.fovea.engine.model.Preprocessing;
import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * The way back through a {@link Preprocessor}: from the derivatives by a model's input to those by
 * the samples of the picture. Resizing, cutting, padding and the change of colours are linear, so
 * each is turned back by its transpose.
 */
final class PreprocessorGradient {
  private static final double[] LUMA = {0.299, 0.587, 0.114};

  private PreprocessorGradient() {}

  /** The transpose of {@link FloatPlanes#resize} with a part cut out, for one plane. */
  static float[] resize(float[] gradient, Cut cut, int width, int height) {
    if (cut.newWidth == width && cut.newHeight == height) {
      return crop(gradient, cut, width, height);
    }
    AxisWeights horizontal =
        AxisWeights.of(width, cut.newWidth, cut.x0, cut.width, Resampling.TRIANGLE);
    AxisWeights vertical =
        AxisWeights.of(height, cut.newHeight, cut.y0, cut.height, Resampling.TRIANGLE);
    double[] narrow = new double[cut.width * height];
    for (int y = 0; y < cut.height; y++) {
      int at = vertical.first()[y] * cut.width;
      for (float weight : vertical.weights()[y]) {
        for (int x = 0; x < cut.width; x++) {
          narrow[at++] += (double) weight * gradient[y * cut.width + x];
        }
      }
    }
    float[] result = new float[width * height];
    double[] row = new double[width];
    for (int y = 0; y < height; y++) {
      Arrays.fill(row, 0);
      for (int x = 0; x < cut.width; x++) {
        int at = horizontal.first()[x];
        for (float weight : horizontal.weights()[x]) {
          row[at++] += (double) weight * narrow[y * cut.width + x];
        }
      }
      for (int x = 0; x < width; x++) {
        result[y * width + x] = (float) row[x];
      }
    }
    return result;
  }

  private static float[] crop(float[] gradient, Cut cut, int width, int height) {
    float[] result = new float[width * height];
    for (int y = 0; y < cut.height; y++) {
      System.arraycopy(gradient, y * cut.width, result, (cut.y0 + y) * width + cut.x0, cut.width);
    }
    return result;
  }

  /** The part of {@code newWidth x newHeight} pixels that is computed. */
  record Cut(int newWidth, int newHeight, int x0, int y0, int width, int height) {
    static Cut of(Fit fit, int targetWidth, int targetHeight) {
      return new Cut(
          fit.width(),
          fit.height(),
          Math.max(0, -fit.left()),
          Math.max(0, -fit.top()),
          Math.min(fit.width(), targetWidth),
          Math.min(fit.height(), targetHeight));
    }
  }

  /** The transpose of padding: what lies beside the picture does not depend on it. */
  static float[] unpad(float[] gradient, Fit fit, Cut cut, int targetWidth) {
    int left = Math.max(0, fit.left());
    int top = Math.max(0, fit.top());
    float[] result = new float[cut.width * cut.height];
    for (int y = 0; y < cut.height; y++) {
      System.arraycopy(gradient, (top + y) * targetWidth + left, result, y * cut.width, cut.width);
    }
    return result;
  }

  /**
   * The transpose of the change of colours.
   *
   * @param planes derivatives by the model's channels
   * @param channels of the picture, 1 or 3
   * @param order of the model
   * @return {@code [1, channels, height, width]}
   */
  static Tensor colours(
      float[][] planes, int channels, Preprocessing.Channels order, int width, int height) {
    Tensor result = Tensor.zeros(1, channels, height, width);
    int pixels = width * height;
    for (int m = 0; m < planes.length; m++) {
      int colour = order == Preprocessing.Channels.BGR ? planes.length - 1 - m : m;
      for (int c = 0; c < channels; c++) {
        double share = share(colour, c, channels, planes.length);
        for (int i = 0; share != 0 && i < pixels; i++) {
          result.array()[c * pixels + i] += (float) (share * planes[m][i]);
        }
      }
    }
    return result;
  }

  /** What the model's colour is made of: luma of three, each of the same or three of one. */
  private static double share(int colour, int c, int channels, int colours) {
    if (colours == 1) {
      return channels == 1 ? 1 : LUMA[c];
    }
    return channels == 1 || colour == c ? 1 : 0;
  }
}
