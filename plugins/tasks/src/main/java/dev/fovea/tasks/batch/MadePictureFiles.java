package dev.fovea.tasks.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.engine.image.Image;
import dev.fovea.tasks.ImageTask;
import dev.fovea.tasks.MadePicture;
import dev.fovea.tasks.TaskContext;
import dev.fovea.visualize.AnimatedGif;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes pictures of files. For each: {@code .KIND.png} (of several pages {@code .KIND.tif}); of one
 * page with frames {@code .KIND.gif}, an animation; {@code .KIND.json}, the objective at each step.
 */
public final class MadePictureFiles implements FileJob {
  private static final int MILLISECONDS = 80;

  private final String pictures;
  private final String animation;
  private final String losses;
  private final ImageTask.Opened<MadePicture> task;

  /**
   * A job.
   *
   * @param kind word in the names of the files
   */
  public MadePictureFiles(String kind, ImageTask.Opened<MadePicture> task) {
    this.pictures = "." + kind;
    this.animation = "." + kind + ".gif";
    this.losses = "." + kind + ".json";
    this.task = task;
  }

  @Override
  public List<String> endings() {
    List<String> endings = new ArrayList<>(Pages.pictureEndings(pictures));
    endings.addAll(List.of(animation, losses));
    return endings;
  }

  @Override
  public boolean isComplete(OutputName name) {
    return Pages.picturesExist(name, pictures) && name.exists(losses);
  }

  @Override
  public Outcome run(OutputName name, TaskContext context) throws IOException {
    Pages<MadePicture> pages = Pages.process(name, task, context);
    List<Image> made = new ArrayList<>();
    ObjectNode document = Json.object();
    document.put("image", name.input().name());
    ArrayNode rows = document.putArray("pages");
    for (MadePicture page : pages.results()) {
      made.add(page.picture());
      ArrayNode steps = rows.addObject().putArray("objective");
      page.losses().forEach(steps::add);
    }
    List<Path> outputs = new ArrayList<>();
    outputs.add(Pages.writePictures(name, pictures, made));
    List<Image> frames = pages.results().get(0).frames();
    if (pages.results().size() == 1 && !frames.isEmpty()) {
      AnimatedGif.write(name.file(animation), frames, MILLISECONDS);
      outputs.add(name.file(animation));
    }
    outputs.add(Pages.writeText(name.file(losses), Json.text(document)));
    return new Outcome(outputs, pages.results().get(0).summary());
  }

  @Override
  public List<Path> summarise(Path folder, List<OutputName> names) {
    return List.of();
  }
}
