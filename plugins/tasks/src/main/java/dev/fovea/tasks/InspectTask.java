package dev.fovea.tasks;

import dev.fovea.engine.graph.Flops;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.PlannedMemory;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.onnx.ModelFormatException;
import dev.fovea.engine.onnx.OnnxOutline;
import dev.fovea.engine.op.blocked.BlockedConv;
import dev.fovea.engine.op.blocked.FromBlocked;
import dev.fovea.engine.op.blocked.ToBlocked;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Tells what a model file holds and what it costs to run; also of models that do not run here. */
public final class InspectTask implements DataTask<InspectTask.Parameters, InspectTask.Result> {
  private static final String MODEL = "model";
  private static final String SHAPE = "shape";
  private static final String PLAN = "plan";

  /**
   * What to inspect.
   *
   * @param model name of a built-in model, or a file
   * @param shape shapes of inputs, {@code input=1x3x224x224}; empty for those of card or file
   * @param plan whether to tell how each node is computed
   */
  public record Parameters(String model, String shape, boolean plan) {}

  /**
   * What a model holds.
   *
   * @param model the model
   * @param opset version of ONNX's operators in the file
   * @param inputs inputs with names of free dimensions, {@code input [batch, 1, 28, 28]}
   * @param outputs outputs in the same way; shapes for the inputs that the costs stand for
   * @param operators what each operator has a part in, by name; of a model that does not run here
   *     as they stand in the file
   * @param parameters number of learnt numbers; of a model that does not run here all its numbers
   * @param costs what a run costs; nothing if the model does not run here
   * @param warnings what will be slow or will not work, a line each
   * @param plan how each node is computed, in order; nothing if it was not asked for
   */
  public record Result(
      Model model,
      int opset,
      List<String> inputs,
      List<String> outputs,
      List<Operator> operators,
      long parameters,
      Optional<Costs> costs,
      List<String> warnings,
      List<PlannedNode> plan) {}

  /**
   * One node as it runs.
   *
   * @param name its name; one that was made for the plan is named after that which it is for
   * @param operator what it does
   * @param algorithm how, where there is a choice; else empty
   * @param output shape of the (first) output; images in blocks of channels have five extents
   * @param flops floating-point operations, see {@link Flops}
   * @param bytes of the output
   * @param slot which piece of memory holds the output; values with the same number take turns
   */
  public record PlannedNode(
      String name,
      String operator,
      String algorithm,
      Shape output,
      long flops,
      long bytes,
      int slot) {}

  /**
   * The nodes of one operator.
   *
   * @param name its ONNX name
   * @param nodes how many there are
   * @param parameters numbers learnt in them
   * @param flops of all of them, see {@link Flops}; 0 for operators that are not counted
   */
  public record Operator(String name, int nodes, long parameters, long flops) {}

  /**
   * What one run costs.
   *
   * @param inputs shapes of the inputs for which this stands
   * @param nodes how many nodes run, what is folded and fused for inference counted once
   * @param flops floating-point operations, see {@link Flops}
   * @param weightBytes memory of parameters and buffers
   * @param packedBytes memory of the forms they are packed into to run fast, besides
   * @param activationBytes memory for everything else, with shared buffers
   * @param unsharedBytes what that would be without sharing
   * @param weightsHash SHA-256 over the bits of the weights
   */
  public record Costs(
      List<Shape> inputs,
      int nodes,
      long flops,
      long weightBytes,
      long packedBytes,
      long activationBytes,
      long unsharedBytes,
      String weightsHash) {}

  @Override
  public String name() {
    return "inspect";
  }

  @Override
  public String description() {
    return "Tell what a model file holds: card, operators, size, cost, what will be slow.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.model(
            null, "The name of a built-in model, an ONNX file, or a bioimage.io package."),
        Parameter.text(
            "Shape (inputs)",
            "",
            "Sizes to count for, such as input=1x3x224x224; else those of the card or the file."),
        Parameter.flag("Plan", "How each node is computed, and where its result lies."));
  }

  @Override
  public Parameters bind(Arguments arguments) {
    return new Parameters(arguments.text(MODEL), arguments.text(SHAPE), arguments.flag(PLAN));
  }

  @Override
  public Result run(Parameters parameters, RunOptions options, TaskContext context)
      throws IOException {
    Model model = Models.look(parameters.model());
    OnnxOutline outline = model.outline();
    return model.refusal().isPresent()
        ? outlined(model, outline, model.refusal().get())
        : counted(model, outline, parameters, options);
  }

  private static Result outlined(Model model, OnnxOutline outline, ModelFormatException refusal) {
    List<String> warnings = new ArrayList<>();
    warnings.add("does not run on Fovea's engine: " + refusal.getMessage());
    if (outline.content().unsupported().isEmpty()) {
      warnings.add(
          "all its operators are known: OnnxModel of the library may run it node by node, and"
              + " --runtime onnxruntime runs it on ONNX Runtime");
    } else {
      warnings.add("unsupported: " + String.join(", ", outline.content().unsupported()));
    }
    return new Result(
        model,
        outline.content().opset(),
        outline.inputs().stream().map(OnnxOutline.Port::toString).toList(),
        outline.outputs().stream().map(OnnxOutline.Port::toString).toList(),
        outline.content().operators().entrySet().stream()
            .map(e -> new Operator(e.getKey(), e.getValue(), 0, 0))
            .toList(),
        outline.content().elements(),
        Optional.empty(),
        warnings,
        List.of());
  }

  private static Result counted(
      Model model, OnnxOutline outline, Parameters parameters, RunOptions options) {
    Graph graph = model.graph();
    List<Shape> inputs = InputShapes.of(graph, model.card().orElse(null), parameters.shape());
    Map<Value, Shape> shapes = graph.inferShapes(inputs);
    // As it is opened by what asks for outputs alone.
    Graph runs = Passes.planned(graph, options.inference(), inputs);
    // From shapes alone: a model that is too large for this heap can be looked at, too.
    PlannedMemory memory = Session.planned(runs, options.inference(), inputs);
    Set<Tensor> own = Collections.newSetFromMap(new IdentityHashMap<>());
    long weights = tensorBytes(graph, own);
    long packed = tensorBytes(runs, own);
    Costs costs =
        new Costs(
            inputs,
            computing(runs),
            Flops.of(graph, shapes),
            weights,
            packed,
            memory.activationBytes(),
            memory.unsharedBytes(),
            graph.weightsHash());
    return new Result(
        model,
        outline.content().opset(),
        graph.inputs().stream().map(v -> v.name() + " " + Graph.describe(v)).toList(),
        graph.outputs().stream().map(v -> v.name() + " " + shapes.get(v)).toList(),
        operators(graph, shapes),
        graph.parameterCount(),
        Optional.of(costs),
        RunHints.of(graph, shapes, weights + packed + memory.activationBytes()),
        parameters.plan() ? plan(runs, memory, inputs) : List.of());
  }

  /** Changes of the layout compute nothing. */
  private static int computing(Graph runs) {
    return (int)
        runs.nodes().stream()
            .filter(n -> !(n.op() instanceof ToBlocked) && !(n.op() instanceof FromBlocked))
            .count();
  }

  /** Bytes of the tensors that are not counted yet. */
  private static long tensorBytes(Graph graph, Set<Tensor> counted) {
    return graph.values().stream()
        .map(Value::tensor)
        .filter(t -> t != null && counted.add(t))
        .mapToLong(t -> (long) Float.BYTES * t.size())
        .sum();
  }

  private static List<PlannedNode> plan(Graph runs, PlannedMemory memory, List<Shape> inputs) {
    Map<Value, Shape> shapes = runs.inferShapes(inputs);
    return runs.nodes().stream()
        .map(
            n -> {
              Value y = n.outputs().get(0);
              String algorithm =
                  n.op() instanceof BlockedConv c
                      ? c.convolution().algorithm().name().toLowerCase(Locale.ROOT)
                      : "";
              return new PlannedNode(
                  n.name(),
                  n.op().spec().name(),
                  algorithm,
                  shapes.get(y),
                  Flops.of(n, shapes),
                  (long) Float.BYTES * shapes.get(y).size(),
                  memory.slots().get(y.name()));
            })
        .toList();
  }

  /** The operators that cost most first. */
  private static List<Operator> operators(Graph graph, Map<Value, Shape> shapes) {
    Map<String, Operator> all = new TreeMap<>();
    Set<Value> counted = new HashSet<>();
    for (Node node : graph.nodes()) {
      long learnt = 0;
      for (Value v : node.inputs()) {
        // Weights may be shared: then they are those of the first node.
        learnt += v.kind() == Value.Kind.PARAMETER && counted.add(v) ? v.shape().size() : 0;
      }
      all.merge(
          node.op().spec().name(),
          new Operator(node.op().spec().name(), 1, learnt, Flops.of(node, shapes)),
          (a, b) ->
              new Operator(
                  a.name(),
                  a.nodes() + b.nodes(),
                  a.parameters() + b.parameters(),
                  a.flops() + b.flops()));
    }
    return all.values().stream()
        .sorted(Comparator.comparingLong(Operator::flops).reversed())
        .toList();
  }
}
