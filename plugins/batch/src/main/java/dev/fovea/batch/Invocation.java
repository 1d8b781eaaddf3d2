package dev.fovea.batch;

import dev.fovea.tasks.RunOptions;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.ParseResult;

/**
 * One call of a command.
 *
 * @param arguments what was parsed
 * @param options backend, threads, seed
 * @param console where to write
 * @param terminal whether progress may be drawn
 * @param cancelled whether the user wants an end
 */
record Invocation(
    ParseResult arguments,
    RunOptions options,
    Console console,
    boolean terminal,
    BooleanSupplier cancelled) {

  /** The value of an option, or null. */
  String value(String option) {
    return arguments.matchedOptionValue(option, (String) null);
  }

  /** Whether a flag is set. */
  boolean flag(String option) {
    return arguments.hasMatchedOption(option);
  }

  /** A view of the progress; to be closed. */
  ProgressView progress(String name) {
    return new ProgressView(console.err(), name, terminal, cancelled);
  }
}
