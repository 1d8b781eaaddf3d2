package dev.fovea.tasks.batch;

import dev.fovea.engine.image.Image;
import dev.fovea.tasks.ImageTask;
import dev.fovea.tasks.TaskContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Paints files. For each: {@code .style.png}, of several pages {@code .style.tif}. */
public final class StylizeFiles implements FileJob {
  private static final String PAINTED = ".style";

  private final ImageTask.Opened<Image> task;

  /** Paints with an opened task. */
  public StylizeFiles(ImageTask.Opened<Image> task) {
    this.task = task;
  }

  @Override
  public List<String> endings() {
    return Pages.pictureEndings(PAINTED);
  }

  @Override
  public boolean isComplete(OutputName name) {
    return Pages.picturesExist(name, PAINTED);
  }

  @Override
  public Outcome run(OutputName name, TaskContext context) throws IOException {
    Pages<Image> pages = Pages.process(name, task, context);
    pages.requireOneSize(name);
    Path written = Pages.writePictures(name, PAINTED, pages.results());
    Image first = pages.results().get(0);
    return new Outcome(List.of(written), first.width() + " x " + first.height());
  }

  @Override
  public List<Path> summarise(Path folder, List<OutputName> names) {
    return List.of();
  }
}
