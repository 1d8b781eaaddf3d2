package dev.fovea.tasks;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.onnx.ModelFile;
import dev.fovea.engine.train.EpochResult;
import dev.fovea.engine.train.Trainer;
import dev.fovea.engine.train.TrainingException;
import dev.fovea.tasks.report.TrainingReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;

/**
 * The run of a trainer from the checkpoint to the model file.
 *
 * @param trainer fits the graph
 * @param graph is fitted
 * @param training what all trainings have in common
 * @param options where it runs
 * @param report shows how it goes on; closed when it ends; null for none
 */
record Training(
    Trainer trainer,
    Graph graph,
    TrainingOptions training,
    RunOptions options,
    TrainingReport report) {

  /** What remains to be done once the weights are fitted. */
  @FunctionalInterface
  interface Completion {
    Completed complete() throws IOException;
  }

  /**
   * A fitted model's card and figures.
   *
   * @param card without provenance and figures
   * @param validation figures that replace or complete those of the best epoch; often none
   * @param test figures on the test split; empty without one
   */
  record Completed(ModelCard card, Map<String, Double> validation, Map<String, Double> test) {}

  TrainResult fit(TaskContext context, Completion completion) throws IOException {
    if (report == null) {
      return fitted(context, completion);
    }
    context.log("watch the training: " + report.page());
    try (report) {
      TrainResult result = fitted(context, completion);
      report.finish("Finished: the weights of epoch " + result.bestEpoch() + " were kept.");
      return result;
    } catch (CancellationException | TrainingException e) {
      report.finish("Stopped: " + e.getMessage() + ".");
      throw e;
    }
  }

  private TrainResult fitted(TaskContext context, Completion completion) throws IOException {
    try {
      return run(context, completion);
    } catch (UncheckedIOException e) {
      // Samples are read inside of the trainer, whose interface has no checked exceptions.
      throw e.getCause();
    }
  }

  private TrainResult run(TaskContext context, Completion completion) throws IOException {
    if (training.resume()) {
      context.log(
          Files.exists(training.checkpoint())
              ? "going on from " + training.checkpoint()
              : "no checkpoint " + training.checkpoint() + " yet, starting anew");
    }
    long start = System.nanoTime();
    List<EpochResult> epochs = trainer.fit();
    if (context.cancelled()) {
      throw new CancellationException(
          "cancelled; go on with --resume, the state is in " + training.checkpoint());
    }
    int best = trainer.bestEpoch();
    Map<String, Double> figures = new TreeMap<>(epochs.get(best - 1).metrics());
    Completed completed = completion.complete();
    figures.putAll(completed.validation());
    completed.test().forEach((name, value) -> figures.put("test_" + name, value));
    ModelFile file = new ModelFile(graph, described(completed.card(), best, figures));
    file.write(training.output());
    return new TrainResult(
        training.output(),
        file.sha256(),
        graph.weightsHash(),
        graph.parameterCount(),
        epochs,
        best,
        figures,
        (System.nanoTime() - start) * 1e-9);
  }

  private ModelCard described(ModelCard card, int best, Map<String, Double> figures) {
    Map<String, String> attributes = new TreeMap<>(card.attributes());
    attributes.putAll(training.provenance(options, best));
    figures.forEach(
        (name, value) ->
            attributes.put(
                name.startsWith("test_") ? name : "val_" + name,
                String.format(Locale.ROOT, "%.4f", value)));
    return new ModelCard(
        card.name(), card.task(), card.classes(), card.preprocessing(), attributes);
  }
}
