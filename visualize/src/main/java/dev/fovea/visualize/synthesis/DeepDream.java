package dev.fovea.visualize.synthesis;

import dev.fovea.engine.tensor.Tensor;
import dev.fovea.visualize.features.PictureDescent;
import dev.fovea.visualize.features.PictureListener;
import dev.fovea.visualize.features.PictureObjective;
import dev.fovea.visualize.features.PixelRange;
import java.util.ArrayList;
import java.util.List;

/**
 * A descent over octaves: first on a small picture, where patterns cover much of it, then on larger
 * and larger ones; what was added to one octave is enlarged and added to the next. Mordvintsev,
 * Olah and Tyka, "Inceptionism: going deeper into neural networks", 2015. With {@link
 * ActivationLoss} the picture dreams; from noise with the loss of a class it becomes what the
 * network takes for it. Immutable and thread-safe.
 *
 * @param octaves how many, at least 1; the original has 4
 * @param scale from one octave to the next, more than 1; the original has 1.4
 * @param descent in each octave; the original has 10 normalised steps of 1.5 of 255 and a jitter of
 *     32 pixels
 */
public record DeepDream(int octaves, double scale, PictureDescent descent) {
  /** Networks do not take less than some pixels. */
  private static final int SMALLEST = 32;

  /** Checks the numbers. */
  public DeepDream {
    if (octaves < 1 || !(scale > 1)) {
      throw new IllegalArgumentException(
          "dream: found octaves "
              + octaves
              + " and scale "
              + scale
              + ", expected at least 1 and more than 1");
    }
  }

  /**
   * Heights and widths of the octaves from the full one to the smallest: each side is that of the
   * one before over the scale, rounded. None is smaller than 32 pixels, but the first.
   */
  List<int[]> sizes(int height, int width) {
    List<int[]> sizes = new ArrayList<>();
    double h = height;
    double w = width;
    for (int i = 0; i < octaves; i++) {
      if (i == 0 || Math.min(h, w) >= SMALLEST) {
        sizes.add(new int[] {(int) h, (int) w});
      }
      h = Math.round(h / scale);
      w = Math.round(w / scale);
    }
    return sizes;
  }

  /** How many iterations there are in all octaves of a picture. */
  public int iterations(int height, int width) {
    return sizes(height, width).size() * descent.iterations();
  }

  /**
   * Dreams.
   *
   * @param objective takes pictures of any size
   * @param base {@code [1, C, H, W]}; not modified
   * @param range what the picture is kept within
   * @param listener told of every step, counted over all octaves; if it ends the work, the result
   *     is what there is by then, in full size
   * @return a new picture of the size of the base
   */
  public Tensor dream(
      PictureObjective objective, Tensor base, PixelRange range, PictureListener listener) {
    List<int[]> sizes = sizes(base.shape().dim(2), base.shape().dim(3));
    int[] steps = {0};
    boolean[] goOn = {true};
    Tensor detail = null;
    for (int i = sizes.size() - 1; i >= 0 && goOn[0]; i--) {
      int height = sizes.get(i)[0];
      int width = sizes.get(i)[1];
      Tensor octave = Tensors.resized(base, height, width);
      Tensor start =
          detail == null ? octave : Tensors.sum(octave, 1, Tensors.resized(detail, height, width));
      Tensor end =
          descent
              .minimize(
                  objective,
                  start,
                  range,
                  (iteration, loss, picture) -> {
                    goOn[0] = listener.step(++steps[0], loss, picture);
                    return goOn[0];
                  })
              .picture();
      detail = Tensors.sum(end, -1, octave);
    }
    Tensor full = Tensors.resized(detail, base.shape().dim(2), base.shape().dim(3));
    Tensor result = Tensors.sum(base, 1, full);
    range.clamp(result);
    return result;
  }
}
