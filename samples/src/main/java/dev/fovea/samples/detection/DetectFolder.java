package dev.fovea.samples.detection;

import dev.fovea.detection.Detector;
import dev.fovea.engine.image.ImageReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds objects in all pictures of a folder, several at the same time: one detector serves all
 * threads. Prints a line for each find: file, class, score, edges. Arguments: a model, a folder.
 */
public final class DetectFolder {
  private DetectFolder() {}

  /** Runs from the command line. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException("expected: MODEL FOLDER");
    }
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    detect(Detector.load(Path.of(arguments[0])), Path.of(arguments[1])).forEach(out::println);
    out.flush();
  }

  /** The lines of all pictures, in the order of their names, whichever is done first. */
  static List<String> detect(Detector detector, Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(ImageReader::looksLikeImage).sorted().toList();
    }
    return files.parallelStream().flatMap(file -> lines(detector, file)).toList();
  }

  private static Stream<String> lines(Detector detector, Path file) {
    try {
      return detector.detect(file).stream()
          .map(d -> file.getFileName() + "," + DetectFile.line(detector, d));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
