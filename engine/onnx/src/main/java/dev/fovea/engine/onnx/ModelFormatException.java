package dev.fovea.engine.onnx;

import java.io.IOException;

/**
 * A file that cannot be read as a model. The message is one line: the file, the part of it, what
 * was found, what was expected.
 */
public class ModelFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Longest message: names and values come from the file and can have any length. */
  private static final int MAX_LENGTH = 600;

  ModelFormatException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  private static String oneLine(String text) {
    // Cut first: replacing in a text of hundreds of megabytes would take that memory again.
    String cut = text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "...";
    return cut.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
  }
}
