package dev.fovea.samples.detection;

import dev.fovea.detection.Detection;
import dev.fovea.detection.Detector;
import dev.fovea.engine.image.BufferedImages;
import dev.fovea.engine.image.Image;
import dev.fovea.engine.image.ImageReader;
import dev.fovea.engine.image.ImageWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Finds objects in a picture: a line for each, and perhaps the picture with boxes. Arguments: a
 * model, a picture, perhaps a PNG file to write.
 */
public final class DetectFile {
  private DetectFile() {}

  /** Runs from the command line. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 2) {
      throw new IllegalArgumentException("expected: MODEL IMAGE [OUTPUT.png]");
    }
    Detector detector = Detector.load(Path.of(arguments[0]));
    Image image = ImageReader.read(Path.of(arguments[1]));
    List<Detection> found = detector.detect(image);
    found.forEach(d -> System.out.println(line(detector, d)));
    if (arguments.length > 2) {
      ImageWriter.writePng(
          Path.of(arguments[2]),
          BufferedImages.toImage(BoxDrawing.draw(image, found, detector::className)));
    }
  }

  /** Class, score and edges of a find. */
  static String line(Detector detector, Detection d) {
    return String.format(
        Locale.ROOT,
        "%s,%.3f,%.1f,%.1f,%.1f,%.1f",
        detector.className(d),
        d.score(),
        d.box().x1(),
        d.box().y1(),
        d.box().x2(),
        d.box().y2());
  }
}
