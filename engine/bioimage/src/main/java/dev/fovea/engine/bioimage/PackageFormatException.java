package dev.fovea.engine.bioimage;

import java.io.IOException;

/**
 * A package that cannot be read or run. The message is one line: the package, the part of it, what
 * was found, what was expected.
 */
public final class PackageFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Longest message: names and values come from the file and can have any length. */
  private static final int MAX_LENGTH = 600;

  PackageFormatException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  private static String oneLine(String text) {
    String cut = text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "...";
    return cut.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
  }
}
