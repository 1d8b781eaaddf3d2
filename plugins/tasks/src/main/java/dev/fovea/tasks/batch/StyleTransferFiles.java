package dev.fovea.tasks.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.tasks.ImageTask;
import dev.fovea.tasks.StyleTransferTask;
import dev.fovea.tasks.TaskContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Paints files by descent. For each: {@code .style.png} (of several pages {@code .style.tif});
 * {@code .style.frames.tif}, the pictures on the way if asked for; {@code .style.json}, the losses
 * of every page.
 */
public final class StyleTransferFiles implements FileJob {
  private static final String PAINTED = ".style";
  private static final String FRAMES = ".style.frames.tif";
  private static final String LOSSES = ".style.json";

  private final ImageTask.Opened<StyleTransferTask.Result> task;

  /** Paints with an opened task. */
  public StyleTransferFiles(ImageTask.Opened<StyleTransferTask.Result> task) {
    this.task = task;
  }

  @Override
  public List<String> endings() {
    List<String> endings = new ArrayList<>(Pages.pictureEndings(PAINTED));
    endings.addAll(List.of(FRAMES, LOSSES));
    return endings;
  }

  @Override
  public boolean isComplete(OutputName name) {
    return Pages.picturesExist(name, PAINTED) && name.exists(LOSSES);
  }

  @Override
  public Outcome run(OutputName name, TaskContext context) throws IOException {
    Pages<StyleTransferTask.Result> pages = Pages.process(name, task, context);
    List<Image> painted = new ArrayList<>();
    List<Image> frames = new ArrayList<>();
    ObjectNode document = Json.object();
    document.put("image", name.input().name());
    ArrayNode rows = document.putArray("pages");
    for (StyleTransferTask.Result result : pages.results()) {
      painted.add(result.picture());
      frames.addAll(result.frames());
      ObjectNode row = rows.addObject();
      Json.put(row, "seconds", result.seconds());
      result.losses().forEach(row.putArray("losses")::add);
    }
    List<Path> outputs = new ArrayList<>();
    outputs.add(Pages.writePictures(name, PAINTED, painted));
    if (!frames.isEmpty()) {
      ImageWriter.writeTiff(name.file(FRAMES), frames);
      outputs.add(name.file(FRAMES));
    }
    outputs.add(Pages.writeText(name.file(LOSSES), Json.text(document)));
    return new Outcome(outputs, summary(pages.results().get(0)));
  }

  private static String summary(StyleTransferTask.Result result) {
    List<Double> losses = result.losses();
    return String.format(
        Locale.ROOT,
        "loss %.4g to %.4g in %d runs of the network",
        losses.get(0),
        losses.get(losses.size() - 1),
        losses.size());
  }

  @Override
  public List<Path> summarise(Path folder, List<OutputName> names) {
    return List.of();
  }
}
