package dev.fovea.imagej;

import dev.fovea.segmentation.LabelMap;
import dev.fovea.tasks.MeasuredObject;
import dev.fovea.tasks.Parameter;
import dev.fovea.tasks.SegmentTask;
import dev.fovea.visualize.LabelColors;
import ij.ImagePlus;
import ij.gui.Roi;
import ij.measure.Calibration;
import ij.measure.ResultsTable;
import java.awt.Color;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Finds objects: outlines over the image, a label image, a table. */
final class SegmentCommand extends Command<SegmentTask.Parameters, SegmentTask.Result> {
  private static final String TABLE = "Fovea Objects";

  SegmentCommand() {
    super(
        "Segment",
        new SegmentTask(),
        List.of(Annotations.ROI_MANAGER),
        List.of(
            Parameter.text(
                ResultFiles.SAVE, "", "TIFF file to save the label image as; macros only.")));
  }

  @Override
  String show(Findings<SegmentTask.Result> findings, ResultFiles files) throws IOException {
    ImagePlus image = findings.image();
    String className = className(findings.options().get(MODEL));
    Map<Integer, int[]> labels = new TreeMap<>();
    List<Roi> rois = new ArrayList<>();
    ResultsTable table = new ResultsTable();
    findings
        .bySlice()
        .forEach(
            (slice, found) -> {
              PlacedObjects objects =
                  PlacedObjects.of(found, findings.region(), image.getWidth(), image.getHeight());
              labels.put(slice, objects.labels().labels());
              rois.addAll(outlines(objects, image, slice, className));
              objects.objects().forEach(o -> addRow(table, image, slice, className, o));
            });
    Tables.setDecimals(table, 2, "centroid_x", "centroid_y", "mean_intensity");
    Tables.setDecimals(table, 4, "area", "score", "calibrated_x", "calibrated_y");
    Annotations.replace(image, rois, findings.bySlice().keySet());
    ImagePlus result = SliceImages.labels(image, findings.name() + "-labels", labels);
    result.setProperty("Info", findings.record());
    table.show(TABLE);
    SliceImages.show(result);
    Annotations.addToManager(rois, findings.options());
    files.write(result, "labels");
    files.write(table, "objects");
    return Integer.toString(result.getID());
  }

  /** What the objects are called: as the model, which may be a file. */
  static String className(String model) {
    String file = model.substring(Math.max(model.lastIndexOf('/'), model.lastIndexOf('\\')) + 1);
    int dot = file.lastIndexOf('.');
    return dot > 0 ? file.substring(0, dot) : file;
  }

  private static List<Roi> outlines(
      PlacedObjects objects, ImagePlus image, int slice, String className) {
    Map<Integer, Roi> outlines = Outlines.of(objects.labels());
    List<Roi> rois = new ArrayList<>();
    for (MeasuredObject object : objects.objects()) {
      int label = object.region().label();
      Roi roi = outlines.get(label);
      Groups.assign(roi, 1);
      roi.setStrokeColor(new Color(LabelColors.rgb(label)));
      String name = object.className().isEmpty() ? className : object.className();
      roi.setName(String.format(Locale.ROOT, "%s %.2f", name, object.score()));
      Annotations.place(roi, image, slice);
      rois.add(roi);
    }
    return rois;
  }

  /** A row with the columns of the command line's tables, and some that only ImageJ knows. */
  private static void addRow(
      ResultsTable table, ImagePlus image, int slice, String className, MeasuredObject object) {
    LabelMap.Region region = object.region();
    Calibration calibration = image.getCalibration();
    Tables.addRow(table, image, slice);
    table.addValue("id", region.label());
    table.addValue("class", object.className().isEmpty() ? className : object.className());
    table.addValue("area_pixels", region.area());
    table.addValue("area", object.calibratedArea());
    table.addValue("unit", calibration.getUnit() + "^2");
    table.addValue("centroid_x", region.centroidX());
    table.addValue("centroid_y", region.centroidY());
    table.addValue("box_x", region.x0());
    table.addValue("box_y", region.y0());
    table.addValue("box_width", region.x1() - region.x0());
    table.addValue("box_height", region.y1() - region.y0());
    table.addValue("mean_intensity", object.meanIntensity());
    table.addValue("score", object.score());
    if (calibration.scaled()) {
      table.addValue("calibrated_x", calibration.getX(region.centroidX()));
      table.addValue("calibrated_y", calibration.getY(region.centroidY(), image.getHeight()));
    }
  }
}
