package dev.fovea.engine.graph;

import dev.fovea.engine.op.Op;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A static graph in the ONNX vocabulary: nodes in an order in which each comes after what it reads,
 * and the tensors of the model. The structure is immutable; the tensors are changed by training.
 *
 * <p>Thread-safe as long as nobody trains it.
 */
public final class Graph {

  private final String name;
  private final List<Value> inputs;
  private final List<Value> outputs;
  private final List<Node> nodes;
  private final Map<String, Value> values;

  private Graph(String name, List<Value> inputs, List<Value> outputs, List<Node> nodes) {
    if (outputs.isEmpty()) {
      throw new GraphException("graph '" + name + "': expected at least one output, found none");
    }
    this.name = name;
    this.inputs = List.copyOf(inputs);
    this.outputs = List.copyOf(outputs);
    this.nodes = List.copyOf(nodes);
    this.values = new LinkedHashMap<>();
    this.inputs.forEach(v -> values.put(v.name(), v));
    for (Node n : nodes) {
      Stream.concat(n.inputs().stream(), n.outputs().stream())
          .forEach(v -> values.put(v.name(), v));
    }
    // An output may be a model tensor that no node reads.
    this.outputs.forEach(v -> values.put(v.name(), v));
  }

  /** A short name. */
  public String name() {
    return name;
  }

  /** Values the caller provides. */
  public List<Value> inputs() {
    return inputs;
  }

  /** Values a run is for. */
  public List<Value> outputs() {
    return outputs;
  }

  /** Nodes in an order of execution. */
  public List<Node> nodes() {
    return nodes;
  }

  /**
   * The value of a name.
   *
   * @throws GraphException if there is none
   */
  public Value value(String name) {
    Value v = values.get(name);
    if (v == null) {
      throw new GraphException(
          "graph '" + this.name + "' has no value '" + name + "'; it has " + values.keySet());
    }
    return v;
  }

  /** All values: inputs first, then in order of use. */
  public List<Value> values() {
    return List.copyOf(values.values());
  }

  /** The learnt tensors, in order of first use. */
  public List<Value> parameters() {
    return ofKind(Value.Kind.PARAMETER);
  }

  /** The tensors of the model that are not learnt, in order of first use. */
  public List<Value> buffers() {
    return ofKind(Value.Kind.BUFFER);
  }

  /** Number of learnt numbers. */
  public long parameterCount() {
    return parameters().stream().mapToLong(v -> v.shape().size()).sum();
  }

  private List<Value> ofKind(Value.Kind kind) {
    return values.values().stream().filter(v -> v.kind() == kind).toList();
  }

  /**
   * The same graph for other outputs; nodes they do not need are left out, inputs are kept. The
   * tensors are shared, not copied.
   *
   * @throws GraphException if there is no name, or an unknown one
   */
  public Graph withOutputs(String... names) {
    List<Value> wanted = Arrays.stream(names).map(this::value).toList();
    return new Graph(name, inputs, wanted, nodesFor(wanted));
  }

  /** The nodes that compute the given values, in order of execution. */
  List<Node> nodesFor(List<Value> wanted) {
    Set<Value> needed = new HashSet<>(wanted);
    Deque<Node> kept = new ArrayDeque<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node n = nodes.get(i);
      if (n.outputs().stream().anyMatch(needed::contains)) {
        needed.addAll(n.inputs());
        kept.addFirst(n);
      }
    }
    return new ArrayList<>(kept);
  }

  /** A graph of the same structure with copies of the model's tensors. */
  public Graph copy() {
    Map<Value, Value> map = new HashMap<>();
    for (Value v : values()) {
      Tensor t = v.tensor() == null ? null : v.tensor().copy();
      map.put(v, new Value(v.name(), v.kind(), v.type(), v.shape(), v.freeDims(), t));
    }
    return new Graph(
        name,
        inputs.stream().map(map::get).toList(),
        outputs.stream().map(map::get).toList(),
        nodes.stream()
            .map(
                n ->
                    new Node(
                        n.name(),
                        n.op(),
                        n.inputs().stream().map(map::get).toList(),
                        n.outputs().stream().map(map::get).toList()))
            .toList());
  }

  /**
   * Shapes of all values for shapes of the inputs.
   *
   * @param inputShapes a shape for each input, in order
   * @throws GraphException if a fixed extent differs, free dimensions of one name differ, or a node
   *     cannot work with them; names the input or node
   */
  public Map<Value, Shape> inferShapes(List<Shape> inputShapes) {
    if (inputShapes.size() != inputs.size()) {
      throw new GraphException(
          "graph '"
              + name
              + "': expected "
              + inputs.size()
              + " inputs, found "
              + inputShapes.size());
    }
    Map<Value, Shape> shapes = new HashMap<>();
    Map<String, Integer> free = new HashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      checkInput(inputs.get(i), inputShapes.get(i), free);
      shapes.put(inputs.get(i), inputShapes.get(i));
    }
    for (Value v : values()) {
      if (v.tensor() != null) {
        shapes.put(v, v.shape());
      }
    }
    for (Node n : nodes) {
      List<Shape> in = n.inputs().stream().map(shapes::get).toList();
      List<Shape> out = Node.inferShapes(n.name(), n.op(), in);
      for (int i = 0; i < out.size(); i++) {
        shapes.put(n.outputs().get(i), out.get(i));
      }
    }
    return shapes;
  }

  private static void checkInput(Value v, Shape found, Map<String, Integer> free) {
    Shape expected = v.shape();
    boolean fits = found.rank() == expected.rank();
    for (int d = 0; fits && d < found.rank(); d++) {
      String dim = v.freeDims().get(d);
      if (dim.isEmpty()) {
        fits = found.dim(d) == expected.dim(d);
      } else {
        Integer other = free.putIfAbsent(dim, found.dim(d));
        fits = other == null || other == found.dim(d);
      }
    }
    if (!fits) {
      throw new GraphException(
          "input '" + v.name() + "': expected " + describe(v) + ", found " + found);
    }
  }

  /** An input's shape with the names of free dimensions in their places, for people. */
  public static String describe(Value v) {
    List<String> dims = new ArrayList<>();
    for (int d = 0; d < v.shape().rank(); d++) {
      boolean fixed = v.freeDims().isEmpty() || v.freeDims().get(d).isEmpty();
      dims.add(fixed ? String.valueOf(v.shape().dim(d)) : v.freeDims().get(d));
    }
    return dims.toString();
  }

  /** SHA-256 over names, shapes and bits of all tensors of the model, in hexadecimal. */
  public String weightsHash() {
    MessageDigest sha;
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    for (Value v : values()) {
      if (v.tensor() == null) {
        continue;
      }
      sha.update(v.toString().getBytes(StandardCharsets.UTF_8));
      float[] data = v.tensor().toArray();
      ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * data.length);
      bytes.asFloatBuffer().put(data);
      sha.update(bytes);
    }
    return HexFormat.of().formatHex(sha.digest());
  }

  /**
   * Builds a graph node by node; shapes are checked at once, on the example extents of the inputs.
   * Not thread-safe.
   */
  public static final class Builder {

    private final String name;
    private final List<Value> inputs = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Value> values = new HashMap<>();
    private final Set<String> nodeNames = new HashSet<>();
    private final Set<Value> sizedByData = new HashSet<>();

    /** An empty graph with a short name. */
    public Builder(String name) {
      this.name = name;
    }

    /**
     * Declares an input of real numbers, see {@link #input(String, ElementType, Shape, String...)}.
     */
    public Value input(String name, Shape example, String... freeDims) {
      return input(name, ElementType.FLOAT, example, freeDims);
    }

    /**
     * Declares an input.
     *
     * @param name unique
     * @param type what its elements mean
     * @param example its shape, with likely extents for free dimensions
     * @param freeDims a name for each dimension that may differ from run to run, {@code ""} for
     *     fixed ones; none at all if the whole shape is fixed
     */
    public Value input(String name, ElementType type, Shape example, String... freeDims) {
      List<String> free =
          freeDims.length == 0
              ? java.util.Collections.nCopies(example.rank(), "")
              : List.of(freeDims);
      if (free.size() != example.rank()) {
        throw new GraphException(
            "input '"
                + name
                + "' "
                + example
                + ": expected a name for each dimension, found "
                + free);
      }
      Value v = declare(new Value(name, Value.Kind.INPUT, type, example, free, null));
      inputs.add(v);
      return v;
    }

    /** Adds a learnt tensor of the model; not copied. */
    public Value parameter(String name, Tensor tensor) {
      return model(name, Value.Kind.PARAMETER, ElementType.FLOAT, tensor);
    }

    /** Adds a tensor of the model that is not learnt; not copied. */
    public Value buffer(String name, Tensor tensor) {
      return buffer(name, ElementType.FLOAT, tensor);
    }

    /**
     * Adds a tensor of the model that is not learnt; not copied.
     *
     * @param type what its elements mean
     * @throws IllegalArgumentException if an element is none of this type
     */
    public Value buffer(String name, ElementType type, Tensor tensor) {
      type.check("tensor '" + name + "'", tensor);
      return model(name, Value.Kind.BUFFER, type, tensor);
    }

    private Value model(String name, Value.Kind kind, ElementType type, Tensor tensor) {
      return declare(new Value(name, kind, type, tensor.shape(), List.of(), tensor));
    }

    /**
     * Adds a node whose operator has one output; the output is named after the node.
     *
     * @throws GraphException if shapes or element types do not fit; names the node
     */
    public Value node(String name, Op op, Value... inputs) {
      return node(name, op, List.of(inputs), List.of(name)).get(0);
    }

    /**
     * Adds a node.
     *
     * @param name unique among nodes
     * @param outputs names of the outputs, unique among values
     * @return the outputs
     * @throws GraphException if shapes or element types do not fit, a name is taken, or the extents
     *     of an input depend on data
     */
    public List<Value> node(String name, Op op, List<Value> inputs, List<String> outputs) {
      for (Value v : inputs) {
        checkOwn("node '" + name + "'", v);
        if (sizedByData.contains(v)) {
          throw new GraphException(
              "node '"
                  + name
                  + "': found '"
                  + v.name()
                  + "', the extents of which depend on data, expected a value of known extents;"
                  + " end the graph there and go on in Java");
        }
      }
      if (!nodeNames.add(name)) {
        throw new GraphException("node name '" + name + "' is used twice");
      }
      List<Shape> shapes = Node.inferShapes(name, op, inputs.stream().map(Value::shape).toList());
      if (shapes.size() != outputs.size()) {
        throw new GraphException(
            "node '" + name + "': expected " + shapes.size() + " outputs, found " + outputs.size());
      }
      List<ElementType> types = inputs.stream().map(Value::type).toList();
      List<Value> out = new ArrayList<>();
      for (int i = 0; i < shapes.size(); i++) {
        ElementType type = Node.inferType(name, op, i, types);
        out.add(
            declare(
                new Value(
                    outputs.get(i), Value.Kind.COMPUTED, type, shapes.get(i), List.of(), null)));
        if (op.sizedByData(i)) {
          sizedByData.add(out.get(i));
        }
      }
      nodes.add(new Node(name, op, inputs, out));
      return out;
    }

    /** The value of a name, or null. */
    public Value find(String name) {
      return values.get(name);
    }

    /**
     * The finished graph; nodes that no output needs are left out.
     *
     * @throws GraphException if there is no output, or one of another graph
     */
    public Graph build(Value... outputs) {
      for (Value v : outputs) {
        checkOwn("graph '" + name + "'", v);
      }
      Graph all = new Graph(name, inputs, List.of(outputs), nodes);
      return new Graph(name, inputs, all.outputs, all.nodesFor(all.outputs));
    }

    private void checkOwn(String user, Value v) {
      if (values.get(v.name()) != v) {
        throw new GraphException(user + ": value '" + v.name() + "' is of another graph");
      }
    }

    private Value declare(Value v) {
      if (values.putIfAbsent(v.name(), v) != null) {
        throw new GraphException("value name '" + v.name() + "' is used twice");
      }
      return v;
    }
  }
}
