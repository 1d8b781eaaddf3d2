package dev.fovea.tasks.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.tasks.ExplainTask;
import dev.fovea.tasks.ImageTask;
import dev.fovea.tasks.TaskContext;
import dev.fovea.visualize.ColorMap;
import dev.fovea.visualize.Overlays;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Explains files. For each: {@code .saliency.png} (of several pages {@code .saliency.tif}), the
 * picture, its saliency and both together side by side; {@code .saliency.values.tif}, the saliency
 * as 32-bit numbers; {@code .saliency.json}, the explained class of every page.
 */
public final class ExplainFiles implements FileJob {
  private static final String PANELS = ".saliency";
  private static final String VALUES = ".saliency.values.tif";
  private static final String CLASSES = ".saliency.json";
  private static final int GAP = 8;
  private static final double OPACITY = 0.9;

  private final ImageTask.Opened<ExplainTask.Result> task;

  /** Explains with an opened task. */
  public ExplainFiles(ImageTask.Opened<ExplainTask.Result> task) {
    this.task = task;
  }

  @Override
  public List<String> endings() {
    List<String> endings = new ArrayList<>(Pages.pictureEndings(PANELS));
    endings.addAll(List.of(VALUES, CLASSES));
    return endings;
  }

  @Override
  public boolean isComplete(OutputName name) {
    return Pages.picturesExist(name, PANELS) && name.exists(VALUES) && name.exists(CLASSES);
  }

  @Override
  public Outcome run(OutputName name, TaskContext context) throws IOException {
    Pages<ExplainTask.Result> pages = Pages.process(name, task, context);
    pages.requireOneSize(name);
    List<Image> panels = new ArrayList<>();
    List<Image> values = new ArrayList<>();
    ObjectNode document = Json.object();
    document.put("image", name.input().name());
    ArrayNode rows = document.putArray("pages");
    for (int i = 0; i < pages.images().size(); i++) {
      Image image = pages.images().get(i);
      ExplainTask.Result found = pages.results().get(i);
      panels.add(panel(image, found.saliency()));
      values.add(
          Image.ofFloat32(image.width(), image.height(), found.saliency())
              .withCalibration(image.calibration()));
      ObjectNode row = rows.addObject();
      row.put("class", found.prediction().label());
      Json.put(row, "score", found.prediction().probability());
    }
    List<Path> outputs = new ArrayList<>();
    outputs.add(Pages.writePictures(name, PANELS, panels));
    outputs.add(name.file(VALUES));
    ImageWriter.writeTiff(name.file(VALUES), values);
    outputs.add(Pages.writeText(name.file(CLASSES), Json.text(document)));
    return new Outcome(outputs, ClassifyFiles.describe(pages.results().get(0).prediction()));
  }

  /** Picture, heat, and heat over the picture. */
  private static Image panel(Image image, float[] saliency) {
    return Overlays.sideBySide(
        List.of(
            image,
            Overlays.heat(saliency, image.width(), image.height(), ColorMap.INFERNO),
            Overlays.heatOver(image, saliency, ColorMap.INFERNO, OPACITY)),
        GAP,
        Pages.enlargement(image));
  }

  @Override
  public List<Path> summarise(Path folder, List<OutputName> names) {
    return List.of();
  }
}
