package dev.fovea.tasks;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.monitor.GradientCheck;
import dev.fovea.engine.monitor.TensorCheck;
import dev.fovea.engine.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Compares the gradients of a model with numeric ones, see {@link GradientCheck}. */
public final class CheckGradientsTask
    implements DataTask<CheckGradientsTask.Parameters, CheckGradientsTask.Result> {
  private static final String MODEL = "model";
  private static final String SAMPLES = "samples";
  private static final String BATCH = "batch";
  private static final String INFERENCE = "inference";
  private static final String TRAINING = "training";
  private static final String MODE = "mode";

  /**
   * What to check.
   *
   * @param model name of a built-in model, or a file
   * @param samples elements of each tensor to differentiate by
   * @param batch extent of the inputs' batch dimension where it is free
   * @param training whether operators use batch statistics and random masks
   */
  public record Parameters(String model, int samples, int batch, boolean training) {}

  /**
   * What was found.
   *
   * @param model the model
   * @param inputs the shapes it was checked on
   * @param tensors inputs first, then parameters in the order of use
   * @param seconds duration
   */
  public record Result(Model model, List<Shape> inputs, List<TensorCheck> tensors, double seconds) {

    /** How many tensors have a verdict. */
    public long count(TensorCheck.Verdict verdict) {
      return tensors.stream().filter(t -> t.verdict() == verdict).count();
    }
  }

  @Override
  public String name() {
    return "check-gradients";
  }

  @Override
  public String description() {
    return "Compare the gradients of a model with numeric ones.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.model(null),
        Parameter.integer(
            "Samples", 1, 1_000_000, 10, "Elements of each tensor to differentiate by."),
        Parameter.integer("Batch (items)", 1, 1024, 2, "Random inputs to check on."),
        Parameter.choice(
            "Mode",
            List.of(TRAINING, INFERENCE),
            "With batch statistics and random masks, as in training, or without."));
  }

  @Override
  public Parameters bind(Arguments arguments) {
    return new Parameters(
        arguments.text(MODEL),
        arguments.integer(SAMPLES),
        arguments.integer(BATCH),
        arguments.text(MODE).equals(TRAINING));
  }

  @Override
  public Result run(Parameters parameters, RunOptions options, TaskContext context)
      throws IOException {
    Model model = Models.load(parameters.model());
    long start = System.nanoTime();
    List<Shape> inputs = inputs(model.graph(), parameters.batch());
    GradientCheck check =
        new GradientCheck(
            model.graph(),
            inputs,
            new GradientCheck.Options(
                parameters.samples(),
                parameters.training(),
                options.seed(),
                options.backend(),
                options.threads()));
    List<TensorCheck> tensors =
        check.run(
            (done, total, name) -> {
              context.checkCancelled();
              context.progress((double) done / total, name);
            });
    return new Result(model, inputs, tensors, (System.nanoTime() - start) * 1e-9);
  }

  /** The example shapes in the file with another batch size, where that is free. */
  private static List<Shape> inputs(Graph graph, int batch) {
    List<Shape> shapes = new ArrayList<>();
    for (Value v : graph.inputs()) {
      boolean free = !v.freeDims().isEmpty() && !v.freeDims().get(0).isEmpty();
      shapes.add(free ? v.shape().with(0, batch) : v.shape());
    }
    return shapes;
  }
}
