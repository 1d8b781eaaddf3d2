package dev.fovea.samples.detection;

import dev.fovea.detection.data.PictureSet;
import dev.fovea.detection.data.VocXml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A part of a data set with the folders {@code annotations} (Pascal VOC) and {@code images}, as a
 * list of names says.
 */
final class VocSplit {
  private VocSplit() {}

  /**
   * Reads the annotations.
   *
   * @param split name of the list, say {@code val} for {@code val.txt} with a name in each line
   * @param classes declared classes; others that occur come after them
   */
  static PictureSet read(Path folder, String split, List<String> classes) throws IOException {
    List<Path> files =
        Files.readAllLines(folder.resolve(split + ".txt")).stream()
            .filter(line -> !line.isBlank())
            .map(line -> folder.resolve("annotations").resolve(line.strip() + ".xml"))
            .toList();
    return new PictureSet(
        new VocXml(VocXml.Frame.AS_WRITTEN).read(files, classes), folder.resolve("images"));
  }
}
