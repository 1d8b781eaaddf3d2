package dev.fovea.engine.bioimage;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/** The files of a package, by their paths in it, with {@code /} between folders. */
interface PackageFiles extends Closeable {

  /** What {@link #resolve} expects. */
  String INSIDE = "a file inside the package, by its path there";

  /** A scheme before a colon, longer than the letter of a Windows drive. */
  Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*", Pattern.DOTALL);

  /** The path of the description, if there is one. */
  Optional<String> description() throws IOException;

  /**
   * Reads a file whole.
   *
   * @param at for messages
   * @param path as {@link #resolve} gives it
   * @param limit most bytes
   * @throws PackageFormatException if it is not there, leads out of the package or is too long
   */
  byte[] read(Place at, String path, long limit) throws IOException;

  /**
   * The path of a file that a description names.
   *
   * @param description path of the description, in whose folder names begin
   * @throws PackageFormatException if it lies elsewhere, on the network or by absolute path
   */
  static String resolve(Place at, String description, String source) throws IOException {
    String name = source.startsWith("./") ? source.substring(2) : source;
    if (URL.matcher(name).matches()) {
      throw at.error(
          "the address '" + source + "'",
          "a file in the package: download it there yourself and write its name here, as Fovea"
              + " fetches nothing by itself");
    }
    if (!isPlain(name)) {
      throw at.error("'" + source + "'", INSIDE);
    }
    return description.substring(0, description.lastIndexOf('/') + 1) + name;
  }

  /** Whether a path goes only down from where it begins, on every platform. */
  static boolean isPlain(String path) {
    if (path.isEmpty() || path.indexOf('\\') >= 0 || path.indexOf(':') >= 0) {
      return false;
    }
    if (path.chars().anyMatch(Character::isISOControl)) {
      return false;
    }
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return false;
      }
    }
    return true;
  }

  @Override
  default void close() throws IOException {
    // Folders hold nothing open.
  }
}
