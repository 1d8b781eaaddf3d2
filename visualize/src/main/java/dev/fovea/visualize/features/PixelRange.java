package dev.fovea.visualize.features;

import dev.fovea.engine.tensor.Tensor;

/**
 * Between what values the elements of each channel of a network's input lie if they are those of a
 * picture.
 *
 * @param low for each channel the value of black
 * @param high for each channel the value of white
 */
public record PixelRange(float[] low, float[] high) {

  /** Moves what lies outside to the nearer bound; modifies the picture {@code [1, C, H, W]}. */
  public void clamp(Tensor picture) {
    int pixels = picture.size() / low.length;
    for (int i = 0; i < picture.size(); i++) {
      int c = i / pixels;
      float[] data = picture.array();
      int at = picture.offset() + i;
      data[at] = Math.max(low[c], Math.min(high[c], data[at]));
    }
  }
}
