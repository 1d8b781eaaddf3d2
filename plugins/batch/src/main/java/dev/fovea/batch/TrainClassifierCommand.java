package dev.fovea.batch;

import dev.fovea.tasks.TrainClassifierTask;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * {@code fovea train classifier}; with {@code --check} it looks for mistakes in place of training.
 */
final class TrainClassifierCommand implements Command {
  private static final String CHECK = "--check";

  private final Command training = new TrainCommand<>(new TrainClassifierTask());
  private final Command check = new CheckClassifierCommand();

  @Override
  public String name() {
    return training.name();
  }

  @Override
  public String description() {
    return training.description();
  }

  @Override
  public void declare(CommandSpec spec) {
    // The options are those of the training, but the output is not required.
    check.declare(spec);
    spec.addOption(
        OptionSpec.builder(CHECK)
            .description(
                "Do not train, but look for mistakes: the loss before the first step, the penalty,"
                    + " and whether 20 images can be learnt by heart.")
            .build());
  }

  @Override
  public int run(Invocation call) throws IOException {
    return (call.flag(CHECK) ? check : training).run(call);
  }
}
