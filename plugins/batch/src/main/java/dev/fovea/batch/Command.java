package dev.fovea.batch;

import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/** A command of the command line. Stateless. */
interface Command {

  /** Its name; of nested commands the words, {@code train classifier}. */
  String name();

  /** What it does, in one sentence. */
  String description();

  /** Adds its options. */
  void declare(CommandSpec spec);

  /**
   * Runs it.
   *
   * @return the exit code
   * @throws IllegalArgumentException for a mistake in the command; one line
   * @throws IOException if nothing could be done; one line
   */
  int run(Invocation invocation) throws IOException;
}
