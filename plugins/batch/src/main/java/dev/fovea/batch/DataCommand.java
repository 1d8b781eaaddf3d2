package dev.fovea.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.tasks.DataTask;
import dev.fovea.tasks.batch.BatchReport;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A task on a model or a whole data set; what differs from one to the next is how its result is
 * shown.
 */
abstract class DataCommand<P, R> implements Command {

  private final DataTask<P, R> task;

  /** A command with an option for each parameter of the task. */
  DataCommand(DataTask<P, R> task) {
    this.task = task;
  }

  @Override
  public final String name() {
    return task.name();
  }

  @Override
  public final String description() {
    return task.description();
  }

  @Override
  public void declare(CommandSpec spec) {
    TaskOptions.declare(task, spec);
  }

  /** For {@link #declare}: the first parameter can also be given without its name. */
  final void declareWithPositional(CommandSpec spec) {
    TaskOptions.declareWithPositional(task, spec);
  }

  @Override
  public final int run(Invocation call) throws IOException {
    P parameters = task.bind(TaskOptions.arguments(task, call.arguments()));
    R result;
    try (ProgressView progress = call.progress(task.name())) {
      result = task.run(parameters, RuntimeOption.of(call), progress);
    }
    print(result, call.console());
    call.console().document(document(result));
    return exitCode(result);
  }

  /** Shows the result to people. */
  abstract void print(R result, Console console);

  /** The result for programs. */
  abstract ObjectNode document(R result);

  /** The exit code for a result. */
  int exitCode(R result) {
    return BatchReport.ALL_DONE;
  }
}
