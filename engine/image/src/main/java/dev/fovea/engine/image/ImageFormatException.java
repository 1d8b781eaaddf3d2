package dev.fovea.engine.image;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file that cannot be read as what it should be. The message is one line: the file, what was
 * found, what was expected.
 */
public final class ImageFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Longest text taken over from a decoder or a file, so that the message stays one line. */
  private static final int MAX_DETAIL = 200;

  private final transient Path file;

  /**
   * An error about {@code file}.
   *
   * @param found what the file holds, as a phrase without a full stop
   * @param expected what it should hold
   */
  public ImageFormatException(Path file, String found, String expected) {
    this(file, found, expected, null);
  }

  /** As the other constructor, with the exception that told so. */
  public ImageFormatException(Path file, String found, String expected, Throwable cause) {
    super(file + ": found " + oneLine(found) + ", expected " + oneLine(expected), cause);
    this.file = file;
  }

  /** The file the error is about. */
  public Path file() {
    return file;
  }

  /** Control characters become spaces and overlong text is cut: the text may come from a file. */
  static String oneLine(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return line.length() <= MAX_DETAIL ? line : line.substring(0, MAX_DETAIL) + "...";
  }
}
