package dev.fovea.engine.kernel;

/**
 * How {@link Kernels#roiAlign} places its samples.
 *
 * @param scale from the coordinates of the regions to those of the features
 * @param samples along each dimension of a bin; 0 for as many as the bin has pixels, rounded up
 * @param halfPixel whether a coordinate is at the outer edge of a pixel, so that half a pixel is
 *     taken off; without it regions are at least one pixel wide, as the first detectors had it
 * @param maximum the maximum of the samples if true, else their mean
 */
public record RoiWindow(float scale, int samples, boolean halfPixel, boolean maximum) {

  private static final int MAX_SAMPLES = 1 << 14;

  /** Checks the ranges. */
  public RoiWindow {
    if (!(scale > 0) || !Float.isFinite(scale)) {
      throw new IllegalArgumentException("spatial_scale: expected > 0, found " + scale);
    }
    if (samples < 0 || samples > MAX_SAMPLES) {
      throw new IllegalArgumentException(
          "sampling_ratio: expected 0 to " + MAX_SAMPLES + ", found " + samples);
    }
  }

  /** Where a region begins in the features. */
  public float start(float from) {
    return from * scale - (halfPixel ? 0.5f : 0);
  }

  /** Extent of a region in the features. */
  public float extent(float from, float to) {
    float extent = to * scale - from * scale;
    return halfPixel ? extent : Math.max(extent, 1);
  }

  /**
   * Samples along one dimension of each bin.
   *
   * @throws IllegalArgumentException if the region is larger than any image
   */
  public int count(float bin) {
    int n = samples > 0 ? samples : (int) Math.ceil(bin);
    if (n > MAX_SAMPLES) {
      throw new IllegalArgumentException(
          "region of interest: expected bins of at most " + MAX_SAMPLES + " pixels, found " + bin);
    }
    return Math.max(n, 0);
  }
}
