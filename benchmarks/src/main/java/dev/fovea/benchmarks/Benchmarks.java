package dev.fovea.benchmarks;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Fovea beside others: {@code benchmarks/run} starts this. */
@Command(
    name = "benchmarks/run",
    mixinStandardHelpOptions = true,
    description = "Measures Fovea beside others, in turns. A ratio above 1: Fovea is faster.",
    subcommands = {
      GemmCommand.class,
      ConvCommand.class,
      InferenceCommand.class,
      TrainingCommand.class,
      StartupCommand.class,
      MemoryCommand.class
    })
public final class Benchmarks {

  private Benchmarks() {}

  /** The command line. */
  public static void main(String[] args) {
    int code =
        execute(
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            args);
    if (code != 0) {
      throw new IllegalStateException("failed with " + code);
    }
  }

  /**
   * Runs a command.
   *
   * @return 0 if it went well
   */
  static int execute(PrintWriter out, PrintWriter err, String... args) {
    return new CommandLine(new Benchmarks()).setOut(out).setErr(err).execute(args);
  }
}
