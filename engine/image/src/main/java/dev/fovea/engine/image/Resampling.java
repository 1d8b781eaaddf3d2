package dev.fovea.engine.image;

/**
 * How a picture of another size gets its values. Coordinates are half-pixel: the centre of output
 * pixel {@code o} lies at {@code (o + 0.5) * in / out} of the input.
 */
public enum Resampling {
  /** The value of the pixel under the centre; the only choice for labels. */
  NEAREST,
  /**
   * Linear between the two nearest centres of each axis, edges repeated; no smoothing, so a picture
   * shrunk by more than two skips pixels.
   */
  BILINEAR,
  /**
   * The mean over the area an output pixel covers. Along an axis that grows the same as {@link
   * #BILINEAR}.
   */
  AREA,
  /**
   * Linear weights over a distance that grows with the shrinking: input pixel centres nearer than
   * {@code in / out} weigh {@code 1 - distance * out / in}, made to add up to one. What Pillow
   * calls bilinear and PyTorch bilinear with antialias; most networks for photographs were trained
   * on pictures made so. Along an axis that grows the same as {@link #BILINEAR}.
   */
  TRIANGLE
}
