package dev.fovea.samples.detection;

import dev.fovea.detection.data.DetectionDataset;
import dev.fovea.detection.data.DetectionDataset.Picture;
import dev.fovea.detection.data.VocXml;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A part of a data set in the folders {@code annotations} and {@code images}, as a list of names
 * says.
 *
 * @param folder of the data set
 * @param data its pictures of this part
 */
record VocSplit(Path folder, DetectionDataset data) {

  /**
   * Reads the annotations.
   *
   * @param split name of the list, say {@code val} for {@code val.txt} with a name in each line
   * @param classes declared classes
   */
  static VocSplit read(Path folder, String split, List<String> classes) throws IOException {
    List<Path> files =
        Files.readAllLines(folder.resolve(split + ".txt")).stream()
            .filter(line -> !line.isBlank())
            .map(line -> folder.resolve("annotations").resolve(line.strip() + ".xml"))
            .toList();
    return new VocSplit(folder, new VocXml(VocXml.Frame.AS_WRITTEN).read(files, classes));
  }

  /** The pixels of a picture. */
  Image image(Picture picture) throws IOException {
    return ImageReader.read(folder.resolve("images").resolve(picture.file()));
  }
}
