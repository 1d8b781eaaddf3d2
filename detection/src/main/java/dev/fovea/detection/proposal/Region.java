package dev.fovea.detection.proposal;

import dev.fovea.detection.box.Box;

/**
 * Pixels that belong together. Immutable.
 *
 * @param size number of pixels
 * @param box around them
 * @param colors shares of colours, with the sum 1; not to be changed
 * @param textures shares of gradients, with the sum 1; not to be changed
 */
record Region(int size, Box box, float[] colors, float[] textures) {

  /** Two regions as one; histograms are averaged by size. */
  Region joined(Region other) {
    return new Region(
        size + other.size,
        box.enclosing(other.box),
        mean(colors, other.colors, other.size),
        mean(textures, other.textures, other.size));
  }

  private float[] mean(float[] own, float[] others, int otherSize) {
    float share = (float) otherSize / (size + otherSize);
    float[] mean = new float[own.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = own[i] + share * (others[i] - own[i]);
    }
    return mean;
  }
}
