package dev.fovea.tasks.batch;

import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import dev.fovea.engine.image.ImageWriter;
import dev.fovea.engine.io.AtomicFiles;
import dev.fovea.tasks.ImageTask;
import dev.fovea.tasks.TaskContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The pages of an image file with what was found in each.
 *
 * @param images the pages
 * @param results a result for each page, or for each volume of them
 * @param <R> what is found in one
 */
record Pages<R>(List<Image> images, List<R> results) {
  private static final String PICTURE = ".png";
  private static final String STACK = ".tif";

  /** Reads all pages of a file and works on each. */
  static <R> Pages<R> process(OutputName name, ImageTask.Opened<R> task, TaskContext context)
      throws IOException {
    List<Image> images = ImageReader.readPages(name.input().path());
    return new Pages<>(images, task.runPages(images, context));
  }

  /** Refuses pages that cannot lie in one stack. */
  void requireOneSize(OutputName name) throws IOException {
    Image first = images.get(0);
    for (int i = 1; i < images.size(); i++) {
      Image page = images.get(i);
      if (page.width() != first.width() || page.height() != first.height()) {
        throw new IOException(
            "%s: found page %d of %d x %d pixels, expected %d x %d as page 1"
                .formatted(
                    name.input().path(),
                    i + 1,
                    page.width(),
                    page.height(),
                    first.width(),
                    first.height()));
      }
    }
  }

  /** The endings that {@link #writePictures} may use. */
  static List<String> pictureEndings(String kind) {
    return List.of(kind + PICTURE, kind + STACK);
  }

  /** Whether {@link #writePictures} has written. */
  static boolean picturesExist(OutputName name, String kind) {
    return name.exists(kind + PICTURE) || name.exists(kind + STACK);
  }

  /** Writes a PNG, or a TIFF stack if there are several pages. */
  static Path writePictures(OutputName name, String kind, List<Image> pictures) throws IOException {
    Path file = name.file(kind + (pictures.size() == 1 ? PICTURE : STACK));
    if (pictures.size() == 1) {
      ImageWriter.writePng(file, pictures.get(0));
    } else {
      ImageWriter.writeTiff(file, pictures);
    }
    return file;
  }

  /** Writes a text as a whole or not at all, in UTF-8. */
  static Path writeText(Path file, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(file, out -> out.write(bytes));
    return file;
  }

  /** How many times to enlarge a small picture so that details can be seen. */
  static int enlargement(Image image) {
    int side = Math.max(image.width(), image.height());
    return Math.max(1, Math.min(8, 1024 / side));
  }
}
