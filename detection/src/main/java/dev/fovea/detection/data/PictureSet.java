package dev.fovea.detection.data;

import dev.fovea.detection.Annotation;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * A data set with its pictures in a folder. Immutable and thread-safe; pictures are read whenever
 * they are asked for.
 *
 * @param data true objects
 * @param folder that the names of the pictures are relative to
 */
public record PictureSet(DetectionDataset data, Path folder) {

  /** Number of pictures. */
  public int size() {
    return data.pictures().size();
  }

  /** Name of a picture. */
  public String name(int i) {
    return data.pictures().get(i).file();
  }

  /** The true objects in a picture. */
  public List<Annotation> objects(int i) {
    return data.pictures().get(i).annotations();
  }

  /**
   * The file of a picture.
   *
   * @throws IOException if it is not there, or its name leads out of the folder
   */
  public Path file(int i) throws IOException {
    Path root = folder.toAbsolutePath().normalize();
    Path file;
    try {
      file = root.resolve(name(i)).normalize();
    } catch (InvalidPathException e) {
      throw DataFiles.error(folder, "a picture named '" + name(i) + "'", "a file name");
    }
    if (!file.startsWith(root)) {
      throw DataFiles.error(
          folder, "a picture named '" + name(i) + "'", "a name inside the folder");
    }
    if (!Files.isRegularFile(file)) {
      throw DataFiles.error(file, "no file", "the picture that the annotations name");
    }
    return file;
  }

  /**
   * A picture.
   *
   * @throws IOException if it cannot be read
   */
  public Image image(int i) throws IOException {
    return ImageReader.read(file(i));
  }
}
