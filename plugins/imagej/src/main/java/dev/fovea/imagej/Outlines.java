package dev.fovea.imagej;

import dev.fovea.segmentation.Connectivity;
import dev.fovea.segmentation.LabelContours;
import dev.fovea.segmentation.LabelContours.Contour;
import dev.fovea.segmentation.LabelMap;
import ij.gui.PolygonRoi;
import ij.gui.Roi;
import ij.gui.ShapeRoi;
import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Objects of a label map as selections of ImageJ that contain exactly their pixels. */
final class Outlines {
  private Outlines() {}

  /**
   * Outlines all objects.
   *
   * @return a new selection for each label, in ascending label order; a traced polygon, or for
   *     objects of several parts or with holes a composite
   */
  static Map<Integer, Roi> of(LabelMap map) {
    Map<Integer, List<Contour>> contours = new LinkedHashMap<>();
    for (Contour contour : LabelContours.trace(map, Connectivity.FOUR)) {
      contours.computeIfAbsent(contour.label(), label -> new ArrayList<>()).add(contour);
    }
    Map<Integer, Roi> rois = new LinkedHashMap<>();
    contours.forEach((label, parts) -> rois.put(label, roi(parts)));
    return rois;
  }

  private static Roi roi(List<Contour> parts) {
    if (parts.size() == 1) {
      Contour only = parts.get(0);
      return new PolygonRoi(only.xs().clone(), only.ys().clone(), only.xs().length, Roi.TRACED_ROI);
    }
    Path2D.Float path = new Path2D.Float(Path2D.WIND_EVEN_ODD);
    for (Contour part : parts) {
      path.moveTo(part.xs()[0], part.ys()[0]);
      for (int i = 1; i < part.xs().length; i++) {
        path.lineTo(part.xs()[i], part.ys()[i]);
      }
      path.closePath();
    }
    return new ShapeRoi(path);
  }
}
