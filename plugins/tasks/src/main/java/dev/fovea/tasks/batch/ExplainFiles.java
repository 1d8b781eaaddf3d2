package dev.fovea.tasks.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.tasks.ExplainTask;
import dev.fovea.tasks.ImageTask;
import dev.fovea.tasks.TaskContext;
import dev.fovea.visualize.ContactSheet;
import dev.fovea.visualize.Overlays;
import dev.fovea.visualize.attribution.HeatMap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Explains files. For each: {@code .explanation.png} (of several pages {@code .explanation.tif}),
 * the picture with its heat by one method, or beside that of each method in a contact sheet; {@code
 * .explanation.values.tif}, the heat as 32-bit numbers, all methods of the first page, then those
 * of the next; {@code .explanation.json}, the methods in the order of the sheet, row by row, and
 * the explained class of every page.
 */
public final class ExplainFiles implements FileJob {
  private static final String PANELS = ".explanation";
  private static final String VALUES = ".explanation.values.tif";
  private static final String CLASSES = ".explanation.json";
  private static final int GAP = 8;
  private static final int COLUMNS = 5;

  /** Heat above that of so many pixels is drawn alike: outliers would leave the rest dark. */
  private static final double SHOWN = 0.995;

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
    ArrayNode methods = document.putArray("methods");
    pages.results().get(0).heats().forEach(heat -> methods.add(heat.method()));
    for (int i = 0; i < pages.images().size(); i++) {
      Image image = pages.images().get(i);
      ExplainTask.Result found = pages.results().get(i);
      panels.add(panel(image, found));
      for (ExplainTask.Heat heat : found.heats()) {
        values.add(
            Image.ofFloat32(image.width(), image.height(), heat.values())
                .withCalibration(image.calibration()));
      }
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

  /** Of one method picture, heat, and heat over the picture; of more the latter of each. */
  private static Image panel(Image image, ExplainTask.Result found) {
    ExplainTask.Rendering r = found.rendering();
    List<Image> pictures = new ArrayList<>(List.of(image));
    for (ExplainTask.Heat heat : found.heats()) {
      float[] shown =
          new HeatMap(heat.values(), image.width(), image.height()).clipped(SHOWN).values();
      if (found.heats().size() == 1) {
        pictures.add(Overlays.heat(shown, image.width(), image.height(), r.colors()));
      }
      pictures.add(Overlays.heatOver(image, shown, r.colors(), r.opacity()));
    }
    int columns = Math.min(COLUMNS, pictures.size());
    int enlargement = Math.max(1, Pages.enlargement(image) / Math.max(1, columns - 2));
    return ContactSheet.of(pictures, columns, GAP, enlargement);
  }

  @Override
  public List<Path> summarise(Path folder, List<OutputName> names) {
    return List.of();
  }
}
