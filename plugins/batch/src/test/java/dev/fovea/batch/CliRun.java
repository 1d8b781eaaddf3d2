package dev.fovea.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A run of the command line in this JVM.
 *
 * @param code exit code
 * @param out what it wrote to standard output
 * @param err what it wrote to the error stream
 */
record CliRun(int code, String out, String err) {

  /** Runs a command to its end. */
  static CliRun of(List<?> args) {
    return of(() -> false, args);
  }

  /** Runs a command until it is cancelled. */
  static CliRun of(BooleanSupplier cancelled, List<?> args) {
    ByteArrayOutputStream standard = new ByteArrayOutputStream();
    ByteArrayOutputStream error = new ByteArrayOutputStream();
    int code =
        Main.run(
            args.stream().map(Object::toString).toArray(String[]::new),
            new PrintStream(standard, true, StandardCharsets.UTF_8),
            new PrintStream(error, true, StandardCharsets.UTF_8),
            false,
            cancelled);
    return new CliRun(
        code, standard.toString(StandardCharsets.UTF_8), error.toString(StandardCharsets.UTF_8));
  }

  /** Standard output as a JSON document. */
  JsonNode json() throws IOException {
    return new ObjectMapper().readTree(out);
  }
}
