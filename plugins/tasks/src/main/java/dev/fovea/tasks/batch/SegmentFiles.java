package dev.fovea.tasks.batch;

import dev.fovea.engine.image.Calibration;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.segmentation.LabelMap;
import dev.fovea.tasks.ImageTask;
import dev.fovea.tasks.MeasuredObject;
import dev.fovea.tasks.SegmentTask;
import dev.fovea.tasks.TaskContext;
import dev.fovea.visualize.Overlays;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Segments files. For each: {@code .labels.tif}, a label image with as many pages as the input;
 * {@code .overlay.png} (of several pages {@code .overlay.tif}), outlines on the picture, small ones
 * enlarged; {@code .objects.csv}, a row for each object. For all: {@code objects.csv}.
 */
public final class SegmentFiles implements FileJob {
  private static final String LABELS = ".labels.tif";
  private static final String OVERLAY = ".overlay";
  private static final String OBJECTS = ".objects.csv";
  private static final String ALL_OBJECTS = "objects.csv";

  private static final List<String> COLUMNS =
      List.of(
          "image",
          "page",
          "id",
          "area_pixels",
          "area",
          "unit",
          "centroid_x",
          "centroid_y",
          "box_x",
          "box_y",
          "box_width",
          "box_height",
          "mean_intensity",
          "score",
          "class");

  private final ImageTask.Opened<SegmentTask.Result> task;

  /** Segments with an opened task. */
  public SegmentFiles(ImageTask.Opened<SegmentTask.Result> task) {
    this.task = task;
  }

  @Override
  public List<String> endings() {
    List<String> endings = new ArrayList<>(Pages.pictureEndings(OVERLAY));
    endings.addAll(List.of(LABELS, OBJECTS));
    return endings;
  }

  @Override
  public boolean isComplete(OutputName name) {
    return name.exists(LABELS) && Pages.picturesExist(name, OVERLAY) && name.exists(OBJECTS);
  }

  @Override
  public Outcome run(OutputName name, TaskContext context) throws IOException {
    Pages<SegmentTask.Result> pages = Pages.process(name, task, context);
    pages.requireOneSize(name);
    Image first = pages.images().get(0);
    List<int[]> labels = new ArrayList<>();
    List<Image> overlays = new ArrayList<>();
    StringBuilder table = new StringBuilder(Csv.line(COLUMNS));
    int objects = 0;
    for (int i = 0; i < pages.images().size(); i++) {
      Image image = pages.images().get(i);
      SegmentTask.Result found = pages.results().get(i);
      labels.add(found.labels().labels());
      overlays.add(Overlays.outlines(image, found.labels().labels(), Pages.enlargement(image)));
      for (MeasuredObject object : found.objects()) {
        table.append(row(name.input().name(), i + 1, object, image.calibration()));
      }
      objects += found.objects().size();
    }
    List<Path> outputs = new ArrayList<>();
    outputs.add(name.file(LABELS));
    ImageWriter.writeLabelTiff(
        name.file(LABELS), labels, first.width(), first.height(), first.calibration());
    outputs.add(Pages.writePictures(name, OVERLAY, overlays));
    outputs.add(Pages.writeText(name.file(OBJECTS), table.toString()));
    return new Outcome(outputs, objects + (objects == 1 ? " object" : " objects"));
  }

  private static String row(
      String image, int page, MeasuredObject object, Calibration calibration) {
    LabelMap.Region region = object.region();
    return Csv.line(
        List.of(
            image,
            Integer.toString(page),
            Integer.toString(region.label()),
            Integer.toString(region.area()),
            Csv.number(object.calibratedArea()),
            calibration.unit() + "^2",
            Csv.number(region.centroidX()),
            Csv.number(region.centroidY()),
            Integer.toString(region.x0()),
            Integer.toString(region.y0()),
            Integer.toString(region.x1() - region.x0()),
            Integer.toString(region.y1() - region.y0()),
            Csv.number(object.meanIntensity()),
            Csv.number(object.score()),
            object.className()));
  }

  @Override
  public List<Path> summarise(Path folder, List<OutputName> names) throws IOException {
    StringBuilder all = new StringBuilder(Csv.line(COLUMNS));
    for (OutputName name : names) {
      String table = Files.readString(name.file(OBJECTS));
      all.append(table, Math.min(table.length(), table.indexOf('\n') + 1), table.length());
    }
    return List.of(Pages.writeText(folder.resolve(ALL_OBJECTS), all.toString()));
  }
}
