package dev.fovea.batch;

import dev.fovea.tasks.batch.BatchReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code fovea demo}. */
final class DemoCommand implements Command {
  private static final String OUTPUT = "--output";
  private static final String DEFAULT_OUTPUT = "out/demo";

  @Override
  public String name() {
    return "demo";
  }

  @Override
  public String description() {
    return "Draw images, segment, classify and explain them, and show it all in a gallery.";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder(OUTPUT)
            .type(String.class)
            .paramLabel("DIR")
            .description("The folder for the results (default: " + DEFAULT_OUTPUT + ").")
            .build());
  }

  @Override
  public int run(Invocation call) throws IOException {
    Path output = Path.of(call.value(OUTPUT) == null ? DEFAULT_OUTPUT : call.value(OUTPUT));
    if (Files.exists(output) && !Files.isDirectory(output)) {
      throw new IllegalArgumentException(
          OUTPUT + ": found the file " + output + ", expected a folder");
    }
    Demo.Result result;
    try (ProgressView progress = call.progress(name())) {
      result = new Demo(output, call.options(), progress).run();
    }
    result.lines().forEach(call.console()::print);
    call.console().document(result.document());
    return result.failed() == 0 ? BatchReport.ALL_DONE : BatchReport.SOME_FAILED;
  }
}
