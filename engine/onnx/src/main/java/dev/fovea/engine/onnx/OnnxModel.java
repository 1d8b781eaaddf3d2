package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.SessionPool;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.graph.pass.Passes;
import dev.fovea.engine.onnx.OnnxTensor.Type;
import dev.fovea.engine.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file that is run as it is, with inputs and outputs of any element type and shape. Where its
 * operators and the given inputs allow, it becomes a {@link Graph} made for the shapes of these
 * inputs, which is kept for the next ones; else it runs node by node. A graph can do more than run
 * (it has gradients), and is what {@link ModelFile} reads.
 *
 * <p>Node by node, integers are exact in all widths, and the size of what a node computes may
 * depend on the elements of its inputs. Other operators compute in float32, as graphs do.
 *
 * <p>Thread-safe; needs no closing.
 */
public final class OnnxModel {

  /** For how many kinds of inputs a graph is kept. */
  private static final int MAX_GRAPHS = 4;

  private final Place file;
  private final GraphProto proto;
  private final int opset;
  private final Limits limits;
  private final SessionOptions options;
  private final Map<String, OnnxTensor> tensors = new HashMap<>();
  private final List<String> inputs = new ArrayList<>();
  private final List<String> outputs = new ArrayList<>();
  private final Map<List<Object>, Optional<SessionPool>> graphs =
      new LinkedHashMap<>(16, 0.75f, true);

  /**
   * What a run has computed.
   *
   * @param outputs the outputs of the file, in its order
   * @param asGraph whether a graph computed them, else node after node
   */
  public record Run(List<OnnxTensor> outputs, boolean asGraph) {

    /** Copies the list. */
    public Run {
      outputs = List.copyOf(outputs);
    }
  }

  private OnnxModel(Place file, ModelProto model, Limits limits, SessionOptions options)
      throws ModelFormatException {
    this.file = file;
    this.opset = OnnxReader.opset(file, model);
    this.proto = Functions.inlined(file, model, opset);
    this.limits = limits;
    this.options = options;
    if (proto.getSparseInitializerCount() > 0) {
      throw file.error("sparse tensors", "dense ones");
    }
    for (TensorProto t : proto.getInitializerList()) {
      tensors.put(t.getName(), TypedTensorReader.read(file, t, limits));
    }
    for (ValueInfoProto v : proto.getInputList()) {
      inputs.add(v.getName());
    }
    for (ValueInfoProto v : proto.getOutputList()) {
      outputs.add(v.getName());
    }
  }

  /**
   * Reads a file.
   *
   * @param options where it runs, and the seed of operators that draw numbers
   * @throws ModelFormatException if it cannot be read, or is no ONNX file
   */
  public static OnnxModel read(Path file, SessionOptions options) throws ModelFormatException {
    try (InputStream in = Files.newInputStream(file)) {
      Path folder = file.toAbsolutePath().getParent();
      // One byte more than may be, which is then refused.
      byte[] bytes = in.readNBytes(Math.toIntExact(Limits.DEFAULT.maxBytes() + 1));
      return read(bytes, file.toString(), folder, options);
    } catch (ModelFormatException e) {
      throw e;
    } catch (IOException e) {
      throw new Place(file.toString()).problem("cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a file from memory.
   *
   * @param name for messages
   * @throws ModelFormatException if it is no ONNX file
   */
  public static OnnxModel read(byte[] bytes, String name, SessionOptions options)
      throws ModelFormatException {
    return read(bytes, name, null, options);
  }

  private static OnnxModel read(byte[] bytes, String name, Path folder, SessionOptions options)
      throws ModelFormatException {
    Place at = new Place(name);
    Limits limits = Limits.DEFAULT;
    return new OnnxModel(at, OnnxReader.parse(at, bytes, limits, folder), limits, options);
  }

  /** The names of all inputs that the file declares; of those with a value in it too. */
  public List<String> inputs() {
    return List.copyOf(inputs);
  }

  /** The names of the outputs. */
  public List<String> outputs() {
    return List.copyOf(outputs);
  }

  /** The names of the operators of the file, each once, in their order. */
  public List<String> operators() {
    return proto.getNodeList().stream().map(NodeProto::getOpType).distinct().toList();
  }

  /**
   * Runs the file.
   *
   * @param given a tensor for each input without a value in the file; others may be given too
   * @throws UnsupportedOperatorException if nothing here computes one of its operators
   * @throws ModelFormatException if the file is wrong in itself, or does not fit the inputs
   */
  public Run run(Map<String, OnnxTensor> given) throws ModelFormatException {
    for (String name : inputs) {
      if (!given.containsKey(name) && !tensors.containsKey(name)) {
        throw file.error("no tensor for the input '" + name + "'", "one for each");
      }
    }
    Optional<SessionPool> graph = graph(given);
    if (graph.isPresent()) {
      try {
        return new Run(typed(graph.get().graph(), forward(graph.get(), given)), true);
      } catch (IllegalArgumentException e) {
        // Integers beyond what float32 holds: a graph is no place for them.
        return new Run(nodeByNode(given), false);
      }
    }
    return new Run(nodeByNode(given), false);
  }

  private Optional<SessionPool> graph(Map<String, OnnxTensor> given) throws ModelFormatException {
    SpecialForm form = SpecialForm.of(proto, given);
    synchronized (graphs) {
      Optional<SessionPool> known = graphs.get(form.key());
      if (known == null) {
        known = open(form);
        graphs.put(form.key(), known);
        if (graphs.size() > MAX_GRAPHS) {
          graphs.remove(graphs.keySet().iterator().next());
        }
      }
      return known;
    }
  }

  /** A graph for one kind of inputs; none if there can be none, for whatever reason. */
  private Optional<SessionPool> open(SpecialForm form) {
    try {
      Graph g = GraphReader.read(file, form.graph(), opset, limits);
      return Optional.of(Passes.open(g, options));
    } catch (ModelFormatException e) {
      return Optional.empty();
    }
  }

  private static List<Tensor> forward(SessionPool pool, Map<String, OnnxTensor> given) {
    return pool.forward(
        pool.graph().inputs().stream()
            .map(Value::name)
            .map(given::get)
            .map(OnnxTensor::tensor)
            .toArray(Tensor[]::new));
  }

  /** The outputs of a graph as tensors of the types that the file declares, if it does. */
  private List<OnnxTensor> typed(Graph graph, List<Tensor> found) {
    List<OnnxTensor> all = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      int declared = proto.getOutput(i).getType().getTensorType().getElemType();
      Type type = Type.ofFile(declared);
      if (type == null) {
        type = Type.ofFile(ElementTypes.toFile(graph.outputs().get(i).type()));
      }
      all.add(HostCasts.cast(OnnxTensor.of(found.get(i)), type));
    }
    return all;
  }

  /** Runs the file without a graph. */
  List<OnnxTensor> nodeByNode(Map<String, OnnxTensor> given) throws ModelFormatException {
    Map<String, Integer> lastUse = new HashMap<>();
    for (int i = 0; i < proto.getNodeCount(); i++) {
      for (String name : proto.getNode(i).getInputList()) {
        lastUse.put(name, i);
      }
    }
    outputs.forEach(name -> lastUse.put(name, proto.getNodeCount()));
    Map<String, OnnxTensor> values = new HashMap<>(tensors);
    values.putAll(given);
    for (int i = 0; i < proto.getNodeCount(); i++) {
      NodeProto n = proto.getNode(i);
      Place at = GraphReader.place(file, n, opset);
      store(at, n, compute(at, n, values), values);
      for (String name : n.getInputList()) {
        if (lastUse.get(name) == i) {
          values.remove(name);
        }
      }
    }
    List<OnnxTensor> found = new ArrayList<>();
    for (String name : outputs) {
      found.add(require(file, name, values));
    }
    return found;
  }

  private List<OnnxTensor> compute(Place at, NodeProto n, Map<String, OnnxTensor> values)
      throws ModelFormatException {
    List<OnnxTensor> in = new ArrayList<>();
    for (String name : n.getInputList()) {
      in.add(name.isEmpty() ? null : require(at, name, values));
    }
    return NodeEvaluator.run(new NodeCall(at, n, opset, in, limits, options));
  }

  private static OnnxTensor require(Place at, String name, Map<String, OnnxTensor> values)
      throws ModelFormatException {
    OnnxTensor t = values.get(name);
    if (t == null) {
      throw at.error("a read of '" + name + "', which nothing before computes", "known values");
    }
    return t;
  }

  private static void store(
      Place at, NodeProto n, List<OnnxTensor> results, Map<String, OnnxTensor> values)
      throws ModelFormatException {
    for (int i = 0; i < n.getOutputCount(); i++) {
      String name = n.getOutput(i);
      if (name.isEmpty()) {
        continue;
      }
      if (i >= results.size()) {
        throw at.error(n.getOutputCount() + " outputs", "at most " + results.size());
      }
      if (values.put(name, results.get(i)) != null) {
        throw at.error("an output '" + name + "' that is there already", "a name of its own");
      }
    }
  }
}
