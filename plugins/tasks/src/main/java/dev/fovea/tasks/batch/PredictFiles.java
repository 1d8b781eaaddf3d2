package dev.fovea.tasks.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.tasks.ImageTask;
import dev.fovea.tasks.PredictTask;
import dev.fovea.tasks.TaskContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs models of bioimage.io on files. For each: {@code .prediction.tif}, the output as 32-bit
 * numbers, a page for each channel of each slice, the channel fastest; where the model's last step
 * makes it a segmentation {@code .prediction.labels.tif}; {@code .prediction.json}, what is in
 * them. Further outputs are {@code .prediction2.tif} and so on.
 */
public final class PredictFiles implements FileJob {
  private static final String PREDICTION = ".prediction";
  private static final String VALUES = ".tif";
  private static final String LABELS = ".labels.tif";
  private static final String CONTENT = PREDICTION + ".json";

  /** More than any model of this kind has. */
  private static final int MAX_OUTPUTS = 16;

  private final ImageTask.Opened<PredictTask.Result> task;

  /** Predicts with an opened task. */
  public PredictFiles(ImageTask.Opened<PredictTask.Result> task) {
    this.task = task;
  }

  private static String stem(int output) {
    return PREDICTION + (output == 0 ? "" : Integer.toString(output + 1));
  }

  @Override
  public List<String> endings() {
    List<String> endings = new ArrayList<>();
    for (int k = 0; k < MAX_OUTPUTS; k++) {
      endings.add(stem(k) + VALUES);
      endings.add(stem(k) + LABELS);
    }
    endings.add(CONTENT);
    return endings;
  }

  @Override
  public boolean isComplete(OutputName name) {
    return name.exists(stem(0) + VALUES) && name.exists(CONTENT);
  }

  @Override
  public Outcome run(OutputName name, TaskContext context) throws IOException {
    Pages<PredictTask.Result> pages = Pages.process(name, task, context);
    pages.requireOneSize(name);
    ObjectNode document = Json.object();
    document.put("image", name.input().name());
    ArrayNode rows = document.putArray("outputs");
    List<Path> written = new ArrayList<>();
    int outputs = pages.results().get(0).outputs().size();
    for (int k = 0; k < outputs; k++) {
      List<PredictTask.Output> parts = new ArrayList<>();
      for (PredictTask.Result result : pages.results()) {
        parts.add(result.outputs().get(k));
      }
      rows.add(write(name, stem(k), parts, written));
    }
    // Last: a run that was interrupted is not complete without it.
    written.add(Pages.writeText(name.file(CONTENT), Json.text(document)));
    return new Outcome(written, rows.get(0).get("content").asText());
  }

  /** Writes an output of all pages; says what is in its files. */
  private static ObjectNode write(
      OutputName name, String stem, List<PredictTask.Output> parts, List<Path> written)
      throws IOException {
    List<Image> slices = parts.stream().flatMap(part -> part.slices().stream()).toList();
    List<int[]> labels = parts.stream().flatMap(part -> part.labels().stream()).toList();
    Image first = slices.get(0);
    List<Image> planes = new ArrayList<>();
    for (Image slice : slices) {
      for (int c = 0; c < slice.channels(); c++) {
        planes.add(
            Image.ofFloat32(slice.width(), slice.height(), slice.plane(c))
                .withCalibration(slice.calibration()));
      }
    }
    ObjectNode row = Json.object();
    row.put("name", parts.get(0).name());
    Path values = name.file(stem + VALUES);
    ImageWriter.writeTiff(values, planes);
    written.add(values);
    row.put("file", fileName(values));
    row.put("width", first.width());
    row.put("height", first.height());
    row.put("slices", slices.size());
    parts.get(0).channels().forEach(row.putArray("channels")::add);
    if (!labels.isEmpty()) {
      Path file = name.file(stem + LABELS);
      ImageWriter.writeLabelTiff(file, labels, first.width(), first.height(), first.calibration());
      written.add(file);
      row.put("labels", fileName(file));
    }
    row.put("content", first + (slices.size() == 1 ? "" : ", " + slices.size() + " slices"));
    return row;
  }

  private static String fileName(Path file) {
    return String.valueOf(file.getFileName());
  }

  @Override
  public List<Path> summarise(Path folder, List<OutputName> names) {
    return List.of();
  }
}
