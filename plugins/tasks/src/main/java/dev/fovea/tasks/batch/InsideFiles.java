package dev.fovea.tasks.batch;

import dev.fovea.engine.image.BufferedImages;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.engine.image.Resampling;
import dev.fovea.engine.image.Transforms;
import dev.fovea.tasks.ImageTask;
import dev.fovea.tasks.InsideTask;
import dev.fovea.tasks.TaskContext;
import dev.fovea.tasks.report.Pictures;
import dev.fovea.visualize.inside.Activations;
import dev.fovea.visualize.inside.FeatureNeighbors;
import dev.fovea.visualize.inside.StrongestPatches;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks inside a network by files. For each: {@code .inside.png}, the channels of the layer side by
 * side, and {@code .inside.tif}, the same as a stack of 32-bit pages. For all: {@code filters.png},
 * the filters of the first layer; {@code patches.png}, a row for each channel with the patches of
 * all files to which it answers most; {@code neighbors.csv}, the files nearest to each by the
 * layer's means. Of files with several pages the first one. Files are always worked on again, as
 * the others need them.
 */
public final class InsideFiles implements FileJob {
  private static final String MONTAGE = ".inside.png";
  private static final String STACK = ".inside.tif";
  private static final String FILTERS = "filters.png";
  private static final String PATCHES = "patches.png";
  private static final String NEIGHBORS = "neighbors.csv";
  private static final int PATCH_SIDE = 64;
  private static final int MOST_NEIGHBORS = 5;
  private static final int MONTAGE_SIDE = 1200;
  private static final int FILTER_ENLARGEMENT = 6;

  private final ImageTask.Opened<InsideTask.Result> task;
  private final List<String> names = new ArrayList<>();
  private final List<double[]> vectors = new ArrayList<>();
  private StrongestPatches patches;
  private Image filters;

  /** Looks with an opened task. */
  public InsideFiles(ImageTask.Opened<InsideTask.Result> task) {
    this.task = task;
  }

  @Override
  public List<String> endings() {
    return List.of(MONTAGE, STACK);
  }

  @Override
  public boolean isComplete(OutputName name) {
    return false;
  }

  @Override
  public Outcome run(OutputName name, TaskContext context) throws IOException {
    Pages<InsideTask.Result> pages = Pages.process(name, task, context);
    InsideTask.Result found = pages.results().get(0);
    Activations activations = found.activations();
    int drawn = Math.min(found.parameters().channels(), activations.channels());
    int columns = (int) Math.ceil(Math.sqrt(drawn));
    int scale = Math.max(1, MONTAGE_SIDE / columns / activations.width());
    ImageWriter.writePng(name.file(MONTAGE), activations.montage(drawn, scale));
    ImageWriter.writeTiff(name.file(STACK), activations.stack());
    remember(name, found);
    return new Outcome(
        List.of(name.file(MONTAGE), name.file(STACK)),
        found.layer() + ", " + activations.channels() + " channels");
  }

  private void remember(OutputName name, InsideTask.Result found) {
    names.add(name.input().name());
    vectors.add(found.activations().means());
    if (patches == null) {
      patches = new StrongestPatches(found.strongest().size(), found.parameters().patches());
      BufferedImage drawn = Pictures.filters(found.network());
      filters = drawn == null ? null : BufferedImages.toImage(drawn);
    }
    for (int c = 0; c < found.strongest().size(); c++) {
      float strength = found.activations().channel(c)[found.activations().strongest(c)];
      Image patch =
          Transforms.letterbox(
                  found.strongest().get(c).toRgb(), PATCH_SIDE, PATCH_SIDE, Resampling.TRIANGLE, 0)
              .image();
      patches.add(c, strength, patch);
    }
  }

  @Override
  public List<Path> summarise(Path folder, List<OutputName> good) throws IOException {
    List<Path> written = new ArrayList<>();
    if (patches == null) {
      return written;
    }
    if (filters != null) {
      Path file = folder.resolve(FILTERS);
      ImageWriter.writePng(
          file,
          Transforms.resize(
              filters,
              filters.width() * FILTER_ENLARGEMENT,
              filters.height() * FILTER_ENLARGEMENT,
              Resampling.NEAREST));
      written.add(file);
    }
    Path sheet = folder.resolve(PATCHES);
    ImageWriter.writePng(sheet, patches.sheet());
    written.add(sheet);
    StringBuilder rows = new StringBuilder(Csv.line(List.of("image", "neighbor", "similarity")));
    for (int i = 0; i < names.size(); i++) {
      for (FeatureNeighbors.Neighbor n : FeatureNeighbors.nearest(vectors, i, MOST_NEIGHBORS)) {
        rows.append(
            Csv.line(List.of(names.get(i), names.get(n.index()), Csv.number(n.similarity()))));
      }
    }
    written.add(Pages.writeText(folder.resolve(NEIGHBORS), rows.toString()));
    return written;
  }
}
