package dev.fovea.imagej;

import dev.fovea.detection.Detection;
import dev.fovea.detection.box.Box;
import dev.fovea.tasks.DetectTask;
import dev.fovea.visualize.LabelColors;
import ij.ImagePlus;
import ij.gui.Roi;
import ij.measure.Calibration;
import ij.measure.ResultsTable;
import java.awt.Color;
import java.awt.Rectangle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Finds objects as boxes: rectangles over the image, coloured by class, and a table. */
final class DetectCommand extends Command<DetectTask.Parameters, DetectTask.Result> {
  private static final String TABLE = "Fovea Detections";

  DetectCommand() {
    super(
        "Detect",
        new DetectTask(),
        Set.of(DetectTask.OUTPUTS),
        List.of(Annotations.ROI_MANAGER),
        List.of());
  }

  /** The number of finds. */
  @Override
  String show(Findings<DetectTask.Result> findings, ResultFiles files) throws IOException {
    ImagePlus image = findings.image();
    List<Roi> rois = new ArrayList<>();
    ResultsTable table = new ResultsTable();
    for (Map.Entry<Integer, DetectTask.Result> slice : findings.bySlice().entrySet()) {
      List<String> classes = slice.getValue().classes();
      int id = 1;
      for (Detection found : placed(slice.getValue().found(), findings.region())) {
        String className = classes.get(found.label());
        Roi roi = rectangle(found, className);
        Annotations.place(roi, image, slice.getKey());
        rois.add(roi);
        addRow(table, image, slice.getKey(), id++, className, found);
      }
    }
    Tables.setDecimals(table, 2, "x1", "y1", "x2", "y2", "width", "height");
    Tables.setDecimals(table, 4, "score", "calibrated_x", "calibrated_y");
    Annotations.replace(image, rois, findings.bySlice().keySet());
    table.show(TABLE);
    Annotations.addToManager(rois, findings.options());
    files.write(table, "detections");
    return Integer.toString(rois.size());
  }

  /** Finds in the frame of the image; of those in a region's bounds, whose centre is inside. */
  private static List<Detection> placed(List<Detection> found, Region region) {
    Rectangle bounds = region.bounds();
    return found.stream()
        .map(f -> Detection.of(f.label(), f.score(), f.box().translate(bounds.x, bounds.y)))
        .filter(f -> region.contains((int) f.box().cx(), (int) f.box().cy()))
        .toList();
  }

  private static Roi rectangle(Detection found, String className) {
    Box box = found.box();
    Roi roi = new Roi(box.x1(), box.y1(), box.width(), box.height());
    Groups.assign(roi, found.label() + 1);
    roi.setStrokeColor(new Color(LabelColors.rgb(found.label() + 1)));
    roi.setName(String.format(Locale.ROOT, "%s %.2f", className, found.score()));
    return roi;
  }

  /** A row with the columns of the command line's tables, and some that only ImageJ knows. */
  private static void addRow(
      ResultsTable table, ImagePlus image, int slice, int id, String className, Detection found) {
    Box box = found.box();
    Tables.addRow(table, image, slice);
    table.addValue("id", id);
    table.addValue("class", className);
    table.addValue("score", found.score());
    table.addValue("x1", box.x1());
    table.addValue("y1", box.y1());
    table.addValue("x2", box.x2());
    table.addValue("y2", box.y2());
    table.addValue("width", box.width());
    table.addValue("height", box.height());
    Calibration calibration = image.getCalibration();
    if (calibration.scaled()) {
      table.addValue("calibrated_x", calibration.getX(box.cx()));
      table.addValue("calibrated_y", calibration.getY(box.cy(), image.getHeight()));
    }
  }
}
