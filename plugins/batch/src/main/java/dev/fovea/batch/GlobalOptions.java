package dev.fovea.batch;

import dev.fovea.engine.kernel.Backend;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.tasks.RunOptions;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The options that every command takes, before or after its name. */
final class GlobalOptions {
  static final String JSON = "--json";
  private static final String SEED = "--seed";
  private static final String THREADS = "--threads";
  private static final String BACKEND = "--backend";

  private GlobalOptions() {}

  static void addTo(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder(JSON)
            .description("Print one JSON document on standard output, everything else on error.")
            .build());
    spec.addOption(
        OptionSpec.builder(SEED)
            .type(Long.class)
            .paramLabel("N")
            .description("Seed of all chance (default: " + RunOptions.DEFAULT_SEED + ").")
            .build());
    spec.addOption(
        OptionSpec.builder(THREADS)
            .type(Integer.class)
            .paramLabel("N")
            .description("Number of threads (default: all); changes no result.")
            .build());
    spec.addOption(
        OptionSpec.builder(BACKEND)
            .type(String.class)
            .paramLabel("NAME")
            .description("Where to compute, see 'fovea backends' (default: the fastest).")
            .build());
  }

  /** Whether a JSON document is wanted. */
  static boolean json(List<ParseResult> chain) {
    return chain.stream().anyMatch(part -> part.hasMatchedOption(JSON));
  }

  /**
   * The options of a run.
   *
   * @param chain the command with those above it, outermost first; what is said last counts
   * @throws IllegalArgumentException if a value is not possible
   */
  static RunOptions of(List<ParseResult> chain, String command) {
    RunOptions defaults = RunOptions.defaults();
    String backend = last(chain, BACKEND, null);
    Backend chosen = backend == null ? defaults.backend() : Backends.named(backend);
    return new RunOptions(
        chosen,
        last(chain, THREADS, defaults.threads()),
        defaults.runtime(),
        last(chain, SEED, defaults.seed()),
        command);
  }

  private static <T> T last(List<ParseResult> chain, String option, T byDefault) {
    T value = byDefault;
    for (ParseResult part : chain) {
      value = part.matchedOptionValue(option, value);
    }
    return value;
  }
}
