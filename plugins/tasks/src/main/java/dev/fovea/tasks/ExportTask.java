package dev.fovea.tasks;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.io.AtomicFiles;
import dev.fovea.engine.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes a model as an ONNX file of a chosen opset, for other programs. */
public final class ExportTask implements DataTask<ExportTask.Parameters, ExportTask.Result> {
  private static final String MODEL = "model";
  private static final String OUTPUT = "output";
  private static final String OPSET = "opset";
  private static final String FOLD = "fold";
  private static final String OVERWRITE = "overwrite";

  /**
   * What to write.
   *
   * @param model name of a built-in model, or a file
   * @param output the file to be written
   * @param opset 0 for the usual one, or a newer one where the model needs it
   * @param fold whether the graph is written in the form for inference
   * @param overwrite whether a file that is there is replaced
   */
  public record Parameters(String model, Path output, int opset, boolean fold, boolean overwrite) {}

  /**
   * What was written.
   *
   * @param file the file
   * @param opset its opset
   * @param bytes its length
   * @param nodes nodes of the graph, before some may have been spelled out for the opset
   */
  public record Result(Path file, int opset, long bytes, int nodes) {}

  @Override
  public String name() {
    return "export";
  }

  @Override
  public String description() {
    return "Write a model as an ONNX file of a chosen opset.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.model(
            null, "The name of a built-in model, an ONNX file, or a bioimage.io package."),
        Parameter.outputFile("Output (file)", "The ONNX file to write."),
        Parameter.integer(
                "Opset",
                OnnxWriter.OLDEST_OPSET,
                OnnxWriter.NEWEST_OPSET,
                OnnxWriter.NEWEST_OPSET,
                "The version of ONNX's operators. auto: 17, or a newer one if the model needs it.")
            .orAuto(),
        Parameter.flag(
            "Fold", "Fold normalisations and constants into the weights: for inference only."),
        Parameter.flag("Overwrite", "Replace a file that is there."));
  }

  @Override
  public Parameters bind(Arguments arguments) {
    return new Parameters(
        arguments.text(MODEL),
        Path.of(arguments.text(OUTPUT)),
        arguments.isAuto(OPSET) ? 0 : arguments.integer(OPSET),
        arguments.flag(FOLD),
        arguments.flag(OVERWRITE));
  }

  @Override
  public Result run(Parameters parameters, RunOptions options, TaskContext context)
      throws IOException {
    Path file = parameters.output();
    if (Files.exists(file) && !parameters.overwrite()) {
      throw new IllegalArgumentException(
          file + ": found a file already, expected none (or --overwrite)");
    }
    Model model = Models.load(parameters.model());
    Graph graph = parameters.fold() ? Passes.forInference(model.graph()) : model.graph();
    OnnxWriter writer =
        parameters.opset() == 0 ? new OnnxWriter() : new OnnxWriter(parameters.opset());
    byte[] bytes = writer.write(graph, model.card().orElse(null));
    AtomicFiles.write(file, out -> out.write(bytes));
    return new Result(file, writer.opset(graph), bytes.length, graph.nodes().size());
  }
}
