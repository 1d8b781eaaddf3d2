package dev.fovea.engine.image.data;

import dev.fovea.engine.image.ImageReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Listing of folders. Hidden files do not count. */
final class ImageFolders {
  private ImageFolders() {}

  /** The images right in a folder, sorted by name. */
  static List<Path> images(Path folder) throws IOException {
    return list(folder, ImageReader::looksLikeImage);
  }

  /** The folders right in a folder, sorted by name. */
  static List<Path> folders(Path folder) throws IOException {
    return list(folder, Files::isDirectory);
  }

  private static List<Path> list(Path folder, Predicate<Path> wanted) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      // By name and not by path, whose order depends on the platform.
      return entries
          .filter(path -> !path.getFileName().toString().startsWith("."))
          .filter(wanted)
          .sorted((a, b) -> a.getFileName().toString().compareTo(b.getFileName().toString()))
          .toList();
    }
  }

  /** The file name without its extension. */
  static String stem(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot <= 0 ? name : name.substring(0, dot);
  }
}
