package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.tasks.batch.Json;
import java.io.PrintStream;

/**
 * The two streams of the program. With {@code --json} standard output holds the document and
 * nothing else.
 */
final class Console {
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
    (json ? err : out).println(line);
  }

  /** A line of progress or an error. */
  void note(String line) {
    err.println(line);
  }

  /** The result for programs, if they want one. */
  void document(ObjectNode document) {
    if (json) {
      out.print(Json.text(document));
      out.flush();
    }
  }
}
