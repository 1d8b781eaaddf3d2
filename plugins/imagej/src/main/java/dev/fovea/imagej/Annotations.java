package dev.fovea.imagej;

import dev.fovea.tasks.Parameter;
import ij.IJ;
import ij.ImagePlus;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.plugin.frame.RoiManager;
import java.awt.GraphicsEnvironment;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Fovea's part of the overlay of an image. A later run replaces what an earlier run drew on the
 * same slices; what others drew stays.
 */
final class Annotations {
  /** Property that marks our own; its value is the number of the slice. */
  private static final String MARK = "fovea.slice";

  /** Whether results are added to the ROI Manager, too. */
  static final Parameter ROI_MANAGER =
      Parameter.flag(
          "ROI_manager (add outlines)",
          "Also add the outlines to the ROI Manager; what is in it stays.");

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

  /**
   * Adds copies of selections to the ROI Manager, if {@link #ROI_MANAGER} is among the options.
   * Without a display there is none, which is told in the log.
   */
  static void addToManager(List<Roi> rois, Map<String, String> options) {
    if (!options.get(ROI_MANAGER.key()).equals("true")) {
      return;
    }
    if (GraphicsEnvironment.isHeadless()) {
      IJ.log("The ROI Manager needs a display; the outlines are in the overlay of the image.");
      return;
    }
    RoiManager manager = RoiManager.getRoiManager();
    for (Roi roi : rois) {
      manager.addRoi((Roi) roi.clone());
    }
  }
}
