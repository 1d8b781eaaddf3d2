package dev.fovea.visualize.attribution;

import dev.fovea.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/**
 * Occlusion: how much the score falls if a window of the picture is hidden, {@code S(x) - S(x with
 * the window replaced)}, averaged at each pixel over all windows that cover it. Windows begin at
 * multiples of the stride and are cut at the border; all channels are replaced. One run for each
 * window. Zeiler and Fergus, "Visualizing and understanding convolutional networks", ECCV 2014.
 *
 * @param window side of the window in pixels of the input; 0 for a seventh of the shorter side
 * @param stride from window to window; 0 for half of the window
 * @param fill what replaces the elements
 */
public record Occlusion(int window, int stride, float fill) implements BlackBox {
  private static final int PARTS = 7;

  /** Checks the numbers. */
  public Occlusion {
    if (window < 0 || stride < 0 || !Float.isFinite(fill)) {
      throw new IllegalArgumentException(
          "occlusion: found window "
              + window
              + ", stride "
              + stride
              + ", fill "
              + fill
              + ", expected 0 or more and a number");
    }
  }

  @Override
  public Tensor attribute(ToDoubleFunction<Tensor> score, Tensor input, Progress progress) {
    int height = input.shape().dim(2);
    int width = input.shape().dim(3);
    int side = window > 0 ? window : Math.max(1, Math.min(height, width) / PARTS);
    int step = stride > 0 ? stride : Math.max(1, side / 2);
    int rows = (Math.max(0, height - side) + step - 1) / step + 1;
    int columns = (Math.max(0, width - side) + step - 1) / step + 1;
    double whole = score.applyAsDouble(input);
    double[] sums = new double[height * width];
    int[] covered = new int[height * width];
    for (int k = 0; k < rows * columns; k++) {
      int top = k / columns * step;
      int left = k % columns * step;
      float[] shown = new float[height * width];
      Arrays.fill(shown, 1);
      for (int y = top; y < Math.min(height, top + side); y++) {
        Arrays.fill(shown, y * width + left, y * width + Math.min(width, left + side), 0);
      }
      double fall = whole - score.applyAsDouble(hidden(input, shown));
      for (int i = 0; i < shown.length; i++) {
        if (shown[i] == 0) {
          sums[i] += fall;
          covered[i]++;
        }
      }
      progress.done(k + 1, rows * columns);
    }
    Tensor map = Tensor.zeros(1, 1, height, width);
    for (int i = 0; i < sums.length; i++) {
      map.array()[i] = covered[i] == 0 ? 0 : (float) (sums[i] / covered[i]);
    }
    return map;
  }

  private Tensor hidden(Tensor input, float[] shown) {
    Tensor result = input.copy();
    for (int i = 0; i < result.size(); i++) {
      if (shown[i % shown.length] == 0) {
        result.array()[i] = fill;
      }
    }
    return result;
  }
}
