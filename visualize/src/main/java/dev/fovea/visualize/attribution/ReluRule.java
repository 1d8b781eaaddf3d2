package dev.fovea.visualize.attribution;

/** What a gradient becomes on its way back through a rectifier {@code y = max(x, 0)}. */
public enum ReluRule {
  /** {@code dx = dy} where {@code x > 0}: the derivative. */
  GRADIENT,
  /**
   * {@code dx = dy} where {@code x > 0} and {@code dy > 0}. Springenberg, Dosovitskiy, Brox and
   * Riedmiller, "Striving for simplicity: the all convolutional net", ICLR workshop 2015.
   */
  GUIDED,
  /**
   * {@code dx = dy} where {@code dy > 0}, whatever x was. Zeiler and Fergus, "Visualizing and
   * understanding convolutional networks", ECCV 2014.
   */
  DECONVNET
}
