package dev.fovea.detection.data;

import dev.fovea.engine.io.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Files of data sets, which come from strangers: bounded, and errors that name them. */
final class DataFiles {
  private static final int MAX_DETAIL = 200;

  private DataFiles() {}

  /** The content of a file that is not longer than a bound. */
  static byte[] read(Path file, long most) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          file + ": found " + (Files.exists(file) ? "no file" : "nothing") + ", expected a file");
    }
    if (Files.size(file) > most) {
      throw new IOException(
          file + ": found " + Files.size(file) + " bytes, expected at most " + most);
    }
    return Files.readAllBytes(file);
  }

  /** An error about a place in a file, on one line. */
  static IOException error(Object place, String found, String expected) {
    return new IOException(place + ": found " + oneLine(found) + ", expected " + expected);
  }

  /** Control characters become spaces and long texts are cut. */
  static String oneLine(String text) {
    String line = String.valueOf(text).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return line.length() <= MAX_DETAIL ? line : line.substring(0, MAX_DETAIL) + "...";
  }

  /** What makes a value out of numbers of a file. */
  interface Making<T> {
    T make() throws IOException;
  }

  /** Turns the refusal of numbers, which may overflow, into an error about the file. */
  static <T> T checked(String place, Making<T> making) throws IOException {
    try {
      return making.make();
    } catch (IllegalArgumentException e) {
      throw new IOException(place + ": " + oneLine(e.getMessage()), e);
    }
  }

  /** A number as people write it: whole ones without a point. */
  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** The files right in a folder that are wanted, sorted by name; hidden ones do not count. */
  static List<Path> list(Path folder, Predicate<Path> wanted) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw error(folder, "no folder", "one");
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(path -> !path.getFileName().toString().startsWith("."))
          .filter(wanted)
          .sorted((a, b) -> a.getFileName().toString().compareTo(b.getFileName().toString()))
          .toList();
    }
  }

  /** A name without its extension; folders before it stay. */
  static String stem(String file) {
    int dot = file.lastIndexOf('.');
    return dot <= file.lastIndexOf('/') + 1 ? file : file.substring(0, dot);
  }

  /** The files beside pictures, one each, none outside a folder and none twice. */
  static final class Beside {
    private final Path folder;
    private final String extension;
    private final Set<Path> used = new HashSet<>();

    Beside(Path folder, String extension) {
      this.folder = folder.toAbsolutePath().normalize();
      this.extension = extension;
    }

    /**
     * Writes the file of a picture.
     *
     * @throws IOException if it cannot be written, would be outside or is that of another picture
     */
    void write(String picture, AtomicFiles.Content content) throws IOException {
      Path file;
      try {
        file = folder.resolve(stem(picture) + extension).normalize();
      } catch (InvalidPathException e) {
        throw error(folder, "a picture named '" + picture + "'", "a file name");
      }
      if (!file.startsWith(folder) || file.equals(folder)) {
        throw error(folder, "a picture named '" + picture + "'", "a name inside the folder");
      }
      if (!used.add(file)) {
        throw error(file, "two pictures with this name", "one");
      }
      Files.createDirectories(file.getParent());
      AtomicFiles.write(file, content);
    }
  }
}
