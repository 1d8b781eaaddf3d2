package dev.fovea.batch;

import dev.fovea.tasks.RunOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The option that tells what runs a model, of commands that only run models forward. */
final class RuntimeOption {
  private static final String RUNTIME = "--runtime";

  private RuntimeOption() {}

  static void declare(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder(RUNTIME)
            .type(String.class)
            .paramLabel("NAME")
            .description(
                "What runs the model: fovea (default), or onnxruntime for models with operators"
                    + " that Fovea does not have.")
            .build());
  }

  /** Where a call runs; on Fovea's own engine also for commands without the option. */
  static RunOptions of(Invocation call) {
    String runtime = call.value(RUNTIME);
    return runtime == null ? call.options() : call.options().on(runtime);
  }
}
