package dev.fovea.tasks;

import dev.fovea.engine.graph.Flops;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.tensor.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tells what a model file holds and what it costs to run. */
public final class InspectTask implements DataTask<InspectTask.Parameters, InspectTask.Result> {
  private static final String MODEL = "model";

  /**
   * What to inspect.
   *
   * @param model name of a built-in model, or a file
   */
  public record Parameters(String model) {}

  /**
   * What a model holds. Costs are for one image of the example size in the file.
   *
   * @param model the model
   * @param inputs inputs with names of free dimensions, {@code input [batch, 1, 28, 28]}
   * @param outputs outputs in the same way; shapes for the example size
   * @param operators how often each operator is used, by name
   * @param parameters number of learnt numbers
   * @param exampleInput shape of the first input for which the costs stand
   * @param flops floating-point operations of convolutions and matrix products, a multiplication
   *     and an addition counted as two
   * @param activationBytes memory for activations with shared buffers
   * @param weightsHash SHA-256 over the bits of the weights
   */
  public record Result(
      Model model,
      List<String> inputs,
      List<String> outputs,
      Map<String, Integer> operators,
      long parameters,
      Shape exampleInput,
      long flops,
      long activationBytes,
      String weightsHash) {}

  @Override
  public String name() {
    return "inspect";
  }

  @Override
  public String description() {
    return "Tell what a model file holds: card, operators, size, cost.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(Parameter.model(null));
  }

  @Override
  public Parameters bind(Arguments arguments) {
    return new Parameters(arguments.text(MODEL));
  }

  @Override
  public Result run(Parameters parameters, RunOptions options, TaskContext context)
      throws IOException {
    Model model = Models.load(parameters.model());
    Graph graph = model.graph();
    List<Shape> example = graph.inputs().stream().map(Value::shape).toList();
    Map<Value, Shape> shapes = graph.inferShapes(example);
    Map<String, Integer> operators = new TreeMap<>();
    for (Node node : graph.nodes()) {
      operators.merge(node.op().spec().name(), 1, Integer::sum);
    }
    Session session = new Session(graph, options.inference(), example.toArray(Shape[]::new));
    return new Result(
        model,
        graph.inputs().stream().map(v -> v.name() + " " + Graph.describe(v)).toList(),
        graph.outputs().stream().map(v -> v.name() + " " + shapes.get(v)).toList(),
        operators,
        graph.parameterCount(),
        example.get(0),
        Flops.of(graph, shapes),
        session.plannedBytes(),
        graph.weightsHash());
  }
}
