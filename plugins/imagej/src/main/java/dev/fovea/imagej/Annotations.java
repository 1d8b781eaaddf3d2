package dev.fovea.imagej;

import ij.ImagePlus;
import ij.gui.Overlay;
import ij.gui.Roi;
import java.util.List;
import java.util.Set;

/**
 * Fovea's part of the overlay of an image. A later run replaces what an earlier run drew on the
 * same slices; what others drew stays.
 */
final class Annotations {
  /** Property that marks our own; its value is the number of the slice. */
  private static final String MARK = "fovea.slice";

  private Annotations() {}

  /** Ties a selection to a slice of an image; in an image of one slice there is nothing to tie. */
  static void place(Roi roi, ImagePlus image, int slice) {
    roi.setProperty(MARK, Integer.toString(slice));
    if (image.isHyperStack()) {
      int[] position = image.convertIndexToPosition(slice);
      roi.setPosition(position[0], position[1], position[2]);
    } else if (image.getStackSize() > 1) {
      roi.setPosition(slice);
    }
  }

  /**
   * Draws selections over an image in place of those of earlier runs.
   *
   * @param placed selections, after {@link #place}
   * @param slices that were worked on
   */
  static void replace(ImagePlus image, List<Roi> placed, Set<Integer> slices) {
    Overlay old = image.getOverlay();
    Overlay overlay = new Overlay();
    if (old != null) {
      for (Roi roi : old) {
        String slice = roi.getProperty(MARK);
        if (slice == null || !slices.contains(Integer.valueOf(slice))) {
          overlay.add(roi);
        }
      }
    }
    placed.forEach(overlay::add);
    image.setOverlay(overlay.size() == 0 ? null : overlay);
  }
}
