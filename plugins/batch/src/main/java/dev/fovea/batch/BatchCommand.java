package dev.fovea.batch;

import dev.fovea.tasks.Arguments;
import dev.fovea.tasks.ForeignOptions;
import dev.fovea.tasks.ForeignPreprocessing;
import dev.fovea.tasks.ImageTask;
import dev.fovea.tasks.Model;
import dev.fovea.tasks.Models;
import dev.fovea.tasks.RunOptions;
import dev.fovea.tasks.batch.BatchListener;
import dev.fovea.tasks.batch.BatchReport;
import dev.fovea.tasks.batch.BatchRunner;
import dev.fovea.tasks.batch.FileJob;
import dev.fovea.tasks.batch.FileResult;
import dev.fovea.tasks.batch.FileResult.Status;
import dev.fovea.tasks.batch.InputFile;
import dev.fovea.tasks.batch.Inputs;
import dev.fovea.tasks.batch.Json;
import dev.fovea.tasks.batch.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** An image task over files. */
final class BatchCommand<P, R> implements Command {
  private static final String INPUT = "--input";
  private static final String OUTPUT = "--output";
  private static final String RECURSIVE = "--recursive";
  private static final String GLOB = "--glob";
  private static final String OVERWRITE = "--overwrite";
  private static final String PREPROCESS = "--preprocess";
  private static final String LABELS = "--labels";
  private static final String SIZE = "--size";

  private final ImageTask<P, R> task;
  private final Function<ImageTask.Opened<R>, FileJob> files;

  /**
   * A command.
   *
   * @param files makes the job for files of the opened task
   */
  BatchCommand(ImageTask<P, R> task, Function<ImageTask.Opened<R>, FileJob> files) {
    this.task = task;
    this.files = files;
  }

  @Override
  public String name() {
    return task.name();
  }

  @Override
  public String description() {
    return task.description();
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addOption(
        text(INPUT, "PATH", "A file, a folder or a glob such as 'images/**.tif'.", true));
    spec.addOption(text(OUTPUT, "DIR", "The folder for the results; made if needed.", true));
    spec.addOption(flag(RECURSIVE, "Take sub-folders of the input folder too."));
    spec.addOption(text(GLOB, "PATTERN", "Take only files of the folder that match.", false));
    spec.addOption(flag(OVERWRITE, "Work also on files whose results are there already."));
    RuntimeOption.declare(spec);
    String without = " (of a model without a card)";
    spec.addOption(
        text(
            PREPROCESS,
            "NAME",
            "How the input is made: "
                + String.join(", ", ForeignPreprocessing.names())
                + without
                + ".",
            false));
    spec.addOption(text(LABELS, "FILE", "The name of a class on each line" + without + ".", false));
    spec.addOption(
        OptionSpec.builder(SIZE)
            .type(Integer.class)
            .paramLabel("N")
            .description("Width and height of the input in pixels" + without + ".")
            .build());
    TaskOptions.declare(task, spec);
  }

  private static OptionSpec text(String name, String label, String help, boolean required) {
    return OptionSpec.builder(name)
        .type(String.class)
        .paramLabel(label)
        .description(help)
        .required(required)
        .build();
  }

  private static OptionSpec flag(String name, String help) {
    return OptionSpec.builder(name).description(help).build();
  }

  @Override
  public int run(Invocation call) throws IOException {
    Arguments arguments = TaskOptions.arguments(task, call.arguments());
    P parameters = task.bind(arguments);
    Path output = Path.of(call.value(OUTPUT));
    if (Files.exists(output) && !Files.isDirectory(output)) {
      throw new IllegalArgumentException(
          OUTPUT + ": found the file " + output + ", expected a folder");
    }
    List<InputFile> inputs =
        Inputs.find(call.value(INPUT), call.value(GLOB), call.flag(RECURSIVE), output);
    RunOptions options = RuntimeOption.of(call);
    Model model = foreign(call).applied(Models.load(task.modelOf(parameters), options));
    Manifest manifest = new Manifest(task.name(), model, arguments.values(), options);
    long start = System.nanoTime();
    BatchReport report;
    try (ImageTask.Opened<R> opened = task.open(model, parameters, options);
        ProgressView progress = call.progress(task.name())) {
      report =
          new BatchRunner(output, call.flag(OVERWRITE), manifest, log(progress), progress)
              .run(inputs, files.apply(opened));
    }
    summarise(report, (System.nanoTime() - start) * 1e-9, output, call.console());
    call.console().document(Json.of(report));
    return report.exitCode();
  }

  private static ForeignOptions foreign(Invocation call) throws IOException {
    String preprocess = call.value(PREPROCESS);
    String labels = call.value(LABELS);
    int size = call.arguments().matchedOptionValue(SIZE, 0);
    if (size < 0 || size > ForeignOptions.MAX_SIDE) {
      throw new IllegalArgumentException(
          SIZE + ": found " + size + ", expected 1 to " + ForeignOptions.MAX_SIDE);
    }
    return new ForeignOptions(
        preprocess == null ? null : ForeignPreprocessing.named(preprocess),
        labels == null ? List.of() : ForeignOptions.readLabels(Path.of(labels)),
        size);
  }

  private static BatchListener log(ProgressView progress) {
    return (result, summary, done, total) ->
        progress.log("[" + done + "/" + total + "] " + describe(result, summary));
  }

  private static String describe(FileResult result, String summary) {
    return switch (result.status()) {
      case DONE ->
          String.format(
              Locale.ROOT, "done     %s: %s, %.2f s", result.input(), summary, result.seconds());
      case SKIPPED -> "skipped  " + result.input() + ": " + result.reason();
      case FAILED -> "FAILED   " + result.reason();
    };
  }

  private static void summarise(BatchReport report, double seconds, Path output, Console console) {
    if (!report.problem().isEmpty()) {
      console.note("FAILED   " + report.problem());
    }
    console.print(
        String.format(
            Locale.ROOT,
            "%d files: %d done, %d skipped, %d failed%s, %.1f s; results in %s",
            report.total(),
            report.count(Status.DONE),
            report.count(Status.SKIPPED),
            report.count(Status.FAILED),
            report.cancelled() ? ", cancelled" : "",
            seconds,
            output));
  }
}
