package dev.fovea.tasks;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.train.EpochResult;
import dev.fovea.engine.train.TrainerOptions;
import dev.fovea.engine.train.TrainingListener;
import dev.fovea.tasks.report.TrainingReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What all trainings have in common.
 *
 * @param data folder of the data set
 * @param epochs passes over the data
 * @param batchSize samples a step
 * @param learningRate base learning rate
 * @param updates how the weights are changed, where that differs from the recipe
 * @param output the ONNX file to write
 * @param checkpoint file that keeps the state of the training
 * @param resume whether to go on from the checkpoint
 * @param report folder that shows how the training goes on, or null for none
 * @param name name of the model, for its card
 * @param license licence of the model, for its card; may be empty
 */
public record TrainingOptions(
    Path data,
    int epochs,
    int batchSize,
    double learningRate,
    UpdateOptions updates,
    Path output,
    Path checkpoint,
    boolean resume,
    Path report,
    String name,
    String license) {
  private static final double CHECKPOINT_SECONDS = 30;
  private static final String REPORT = "report";
  private static final String NO_REPORT = "none";

  /** The declarations, with the defaults of a recipe. */
  static List<Parameter> declare(int epochs, int batchSize, double learningRate) {
    List<Parameter> all = new ArrayList<>();
    all.addAll(
        List.of(
            Parameter.folder("Data (folder)", "The folder of the data set."),
            Parameter.outputFile("Output (file)", "The ONNX file to write."),
            Parameter.integer("Epochs", 1, 100_000, epochs, "Passes over the data."),
            Parameter.integer("Batch_size", 1, 65_536, batchSize, "Images in a step."),
            Parameter.number(
                "Learning_rate", 1e-9, 100, learningRate, "Size of the steps at the start."),
            Parameter.text(
                    "Checkpoint (file)",
                    Parameter.AUTO,
                    "Where to keep the state of the training. auto: beside the output.")
                .orAuto(),
            Parameter.flag("Resume", "Go on from the checkpoint, if there is one."),
            Parameter.text(
                    "Report (folder)",
                    Parameter.AUTO,
                    "Where to show how the training goes on: report.html and events for"
                        + " TensorBoard. auto: beside the output; none: nowhere.")
                .orAuto(),
            Parameter.text("Name", Parameter.AUTO, "Name of the model. auto: that of the file.")
                .orAuto(),
            Parameter.text("License", "", "Licence of the model, for its card.")));
    all.addAll(UpdateOptions.declare());
    return all;
  }

  static TrainingOptions bind(Arguments a) {
    Path output = Path.of(a.text("output"));
    if (output.getFileName() == null) {
      throw new IllegalArgumentException("output: found '" + output + "', expected a file");
    }
    String file = output.getFileName().toString();
    String stem = stem(output);
    return new TrainingOptions(
        Path.of(a.text("data")),
        a.integer("epochs"),
        a.integer("batch_size"),
        a.number("learning_rate"),
        UpdateOptions.bind(a),
        output,
        a.isAuto("checkpoint")
            ? output.resolveSibling(file + ".checkpoint")
            : Path.of(a.text("checkpoint")),
        a.flag("resume"),
        report(a, output.resolveSibling(stem + ".report")),
        a.isAuto("name") ? stem : a.text("name"),
        a.text("license"));
  }

  /** The name of a model file without its ending. */
  static String stem(Path output) {
    String file = output.getFileName().toString();
    return file.endsWith(".onnx") ? file.substring(0, file.length() - 5) : file;
  }

  private static Path report(Arguments a, Path byDefault) {
    if (a.isAuto(REPORT)) {
      return byDefault;
    }
    return a.text(REPORT).equals(NO_REPORT) ? null : Path.of(a.text(REPORT));
  }

  /**
   * Starts the report, or goes on with it.
   *
   * @return null if none is wanted
   */
  TrainingReport report(Graph graph) throws IOException {
    return report == null ? null : new TrainingReport(report, name, graph, resume);
  }

  /** Makes the output's folder, and refuses now what would fail after hours. */
  void prepareOutput() throws IOException {
    prepareFile(output);
    prepareFile(checkpoint);
  }

  /** Makes the folder of a file that is to be written at the end. */
  static void prepareFile(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || Files.isDirectory(file)) {
      throw new IllegalArgumentException(file + ": found a folder, expected a file to write");
    }
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          file + ": cannot write, " + folder + " is a file, expected a folder");
    }
    Files.createDirectories(folder);
    if (!Files.isWritable(folder)) {
      throw new IOException(file + ": cannot write, folder " + folder + " is not writable");
    }
  }

  /** A recipe's options on this backend, with this checkpoint. */
  TrainerOptions configure(TrainerOptions recipe, RunOptions options) {
    return updates
        .apply(recipe)
        .on(options.backend(), options.threads())
        .withCheckpoint(checkpoint, CHECKPOINT_SECONDS, resume);
  }

  /** Where a model comes from, as attributes of its card. */
  Map<String, String> provenance(RunOptions options, int bestEpoch) {
    Map<String, String> attributes = new TreeMap<>();
    attributes.put("data", data.toString());
    attributes.put("seed", Long.toString(options.seed()));
    attributes.put("epochs", Integer.toString(epochs));
    attributes.put("best_epoch", Integer.toString(bestEpoch));
    attributes.put("batch_size", Integer.toString(batchSize));
    attributes.put("learning_rate", Double.toString(learningRate));
    attributes.putAll(updates.provenance());
    attributes.put("fovea_version", Version.string());
    if (!options.command().isEmpty()) {
      attributes.put("command", options.command());
    }
    if (!license.isEmpty()) {
      attributes.put("license", license);
    }
    return attributes;
  }

  /** Passes on what a trainer tells, also to a report if there is one. */
  static TrainingListener listener(TaskContext context, TrainingReport report) {
    TrainingListener progress = listener(context);
    return report == null ? progress : TrainingListener.all(List.of(progress, report));
  }

  /** Passes on what a trainer tells. */
  static TrainingListener listener(TaskContext context) {
    return new TrainingListener() {
      @Override
      public void step(int epoch, int epochs, int step, int steps, double loss) {
        double done = (epoch - 1 + (double) step / steps) / epochs;
        context.progress(
            done,
            String.format(
                Locale.ROOT, "epoch %d of %d, step %d of %d", epoch, epochs, step, steps));
      }

      @Override
      public void epoch(EpochResult result) {
        context.log(describe(result));
      }

      @Override
      public boolean cancelled() {
        return context.cancelled();
      }
    };
  }

  private static String describe(EpochResult result) {
    String figures =
        result.metrics().entrySet().stream()
            .map(e -> String.format(Locale.ROOT, ", %s %.4f", e.getKey(), e.getValue()))
            .collect(Collectors.joining());
    return String.format(
        Locale.ROOT,
        "epoch %d: loss %.4f%s, %.1f s",
        result.epoch(),
        result.loss(),
        figures,
        result.seconds());
  }
}
