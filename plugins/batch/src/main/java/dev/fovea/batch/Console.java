package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.tasks.batch.Json;
import java.io.PrintStream;
import java.util.regex.Pattern;

/**
 * The two streams of the program. With {@code --json} standard output holds the document and
 * nothing else.
 */
final class Console {
  /** ASCII's control characters but tabulator and line feed, and those from 80 to 9F. */
  private static final Pattern STEERING = Pattern.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]");

  private final PrintStream out;
  private final PrintStream err;
  private final boolean json;

  Console(PrintStream out, PrintStream err, boolean json) {
    this.out = out;
    this.err = err;
    this.json = json;
  }

  /** The stream for progress and errors. */
  PrintStream err() {
    return err;
  }

  /** A line of the result for people. */
  void print(String line) {
    (json ? err : out).println(plain(line));
  }

  /** A line of progress or an error. */
  void note(String line) {
    err.println(plain(line));
  }

  /**
   * A line without characters that steer a terminal: names in files of strangers could clear the
   * screen or write over what stands there.
   */
  static String plain(String line) {
    return STEERING.matcher(line).replaceAll("?");
  }

  /** The result for programs, if they want one. */
  void document(ObjectNode document) {
    if (json) {
      out.print(Json.text(document));
      out.flush();
    }
  }
}
