package dev.fovea.visualize.inside;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import dev.fovea.visualize.ColorMap;
import dev.fovea.visualize.ContactSheet;
import dev.fovea.visualize.Overlays;
import java.util.ArrayList;
import java.util.List;

/**
 * What the channels of a layer are for one picture. Immutable.
 *
 * @param values {@code [1, C, H, W]}; not to be modified
 */
public record Activations(Tensor values) {
  private static final int GAP = 1;

  /**
   * Checks the shape; a layer without places {@code [1, C]} counts as one place.
   *
   * @throws IllegalArgumentException if it is another one
   */
  public Activations {
    Shape shape = values.shape();
    if (shape.rank() == 2 && shape.dim(0) == 1) {
      values = values.reshape(1, shape.dim(1), 1, 1);
    } else if (shape.rank() != 4 || shape.dim(0) != 1) {
      throw new IllegalArgumentException(
          "activations: found " + shape + ", expected [1, C, H, W] or [1, C]");
    }
  }

  /** Number of channels. */
  public int channels() {
    return values.shape().dim(1);
  }

  /** Places in a row. */
  public int width() {
    return values.shape().dim(3);
  }

  /** Places in a column. */
  public int height() {
    return values.shape().dim(2);
  }

  /** A channel, row by row, in a new array. */
  public float[] channel(int c) {
    int pixels = width() * height();
    float[] plane = new float[pixels];
    for (int i = 0; i < pixels; i++) {
      plane[i] = values.get(c * pixels + i);
    }
    return plane;
  }

  /** The place of the largest value of a channel, row by row; the first of equal ones. */
  public int strongest(int c) {
    float[] plane = channel(c);
    int best = 0;
    for (int i = 1; i < plane.length; i++) {
      best = plane[i] > plane[best] ? i : best;
    }
    return best;
  }

  /** The mean of each channel: the picture as a vector. */
  public double[] means() {
    double[] means = new double[channels()];
    int pixels = width() * height();
    for (int i = 0; i < values.size(); i++) {
      means[i / pixels] += values.get(i) / pixels;
    }
    return means;
  }

  /** Each channel as a 32-bit picture. */
  public List<Image> stack() {
    List<Image> pages = new ArrayList<>();
    for (int c = 0; c < channels(); c++) {
      pages.add(Image.ofFloat32(width(), height(), channel(c)));
    }
    return pages;
  }

  /**
   * Channels side by side in colours, each from 0 to its own largest value.
   *
   * @param most how many channels at most, the first ones
   * @param scale how many times to enlarge
   */
  public Image montage(int most, int scale) {
    List<Image> pictures = new ArrayList<>();
    for (int c = 0; c < Math.min(most, channels()); c++) {
      pictures.add(Overlays.heat(channel(c), width(), height(), ColorMap.VIRIDIS));
    }
    int columns = (int) Math.ceil(Math.sqrt(pictures.size()));
    return ContactSheet.of(pictures, columns, GAP, scale);
  }
}
