package dev.fovea.imagej;

import ij.ImagePlus;
import ij.gui.Roi;
import ij.process.ImageProcessor;
import java.awt.Rectangle;

/**
 * The part of an image that a command works on: the area selection, else the whole image.
 *
 * @param bounds what the network sees; lies in the image and is not empty
 * @param mask for a selection that is not a rectangle: non-zero inside of it, its upper left pixel
 *     at {@code (maskX, maskY)} of the image; null if all of the bounds belong to the selection
 * @param maskX column of the image where the mask begins, may be negative
 * @param maskY row of the image where the mask begins, may be negative
 */
record Region(Rectangle bounds, ImageProcessor mask, int maskX, int maskY) {

  /**
   * The region of an image's selection. Lines and points bound no area and are passed over.
   *
   * @throws IllegalArgumentException if the selection lies outside of the image
   */
  static Region of(ImagePlus image) {
    Rectangle all = new Rectangle(image.getWidth(), image.getHeight());
    Roi roi = image.getRoi();
    if (roi == null || !roi.isArea()) {
      return new Region(all, null, 0, 0);
    }
    Rectangle selected = roi.getBounds();
    Rectangle bounds = selected.intersection(all);
    if (bounds.isEmpty()) {
      throw new IllegalArgumentException(
          "the selection lies outside of image '" + image.getTitle() + "', expected it inside");
    }
    return new Region(bounds, roi.getMask(), selected.x, selected.y);
  }

  /** Whether a pixel of the image belongs to the selection. */
  boolean contains(int x, int y) {
    return bounds.contains(x, y) && (mask == null || mask.get(x - maskX, y - maskY) != 0);
  }
}
