package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.google.protobuf.ByteString;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.graph.pass.ConvSplitting;
import dev.fovea.engine.graph.pass.Decomposition;
import dev.fovea.engine.model.ModelCard;
import dev.fovea.engine.op.Attributes;
import dev.fovea.engine.tensor.ElementType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes graphs as ONNX models, in inference form unless {@link #forTraining} is asked for. The
 * same graph gives the same bytes. Immutable and thread-safe, as long as nobody trains the graph
 * meanwhile.
 *
 * <ul>
 *   <li>Parameters and running statistics become initializers. A tensor that a node would learn,
 *       but that the graph holds as a buffer, becomes a {@code Constant} node, so that it stays one
 *       when it is read back.
 *   <li>Free dimensions become dimensions with a name; example extents are not stored.
 *   <li>BatchNormalization has no {@code training_mode}; Dropout stays a node, which passes on its
 *       input when the model is run.
 *   <li>A Resize to a size names the axes of rows and columns, which takes opset 18.
 *   <li>A FusedConv becomes the single operators that it stands for.
 *   <li>The version of the file format is the one in which the opset was published.
 * </ul>
 */
public final class OnnxWriter {

  /** The oldest opset that can be asked for. */
  public static final int OLDEST_OPSET = Opsets.OLDEST_WRITTEN;

  /** The newest opset that can be asked for. */
  public static final int NEWEST_OPSET = Opsets.NEWEST_WRITTEN;

  /** A protobuf message has at most 2^31 - 1 bytes; this leaves room for all but the weights. */
  private static final long MAX_WEIGHT_BYTES = Integer.MAX_VALUE - (1L << 26);

  private final int opset;
  private final boolean raised;
  private final boolean training;

  private OnnxWriter(int opset, boolean raised, boolean training) {
    this.opset = opset;
    this.raised = raised;
    this.training = training;
  }

  /** A writer of opset 17, or of a newer one where a node needs it. */
  public OnnxWriter() {
    this(Opsets.DEFAULT_WRITTEN, true, false);
  }

  /**
   * A writer of an opset, whatever the nodes are. Operators that it has in another form are written
   * in that; some that it does not have are spelled out (see {@link Decomposition}), so that what
   * is read back has more nodes.
   *
   * @param opset 11 to 24
   * @throws IllegalArgumentException for other numbers
   */
  public OnnxWriter(int opset) {
    this(checked(opset), false, false);
  }

  private static int checked(int opset) {
    if (opset < Opsets.OLDEST_WRITTEN || opset > Opsets.NEWEST_WRITTEN) {
      throw new IllegalArgumentException(
          "opset to write: found "
              + opset
              + ", expected "
              + Opsets.OLDEST_WRITTEN
              + " to "
              + Opsets.NEWEST_WRITTEN);
    }
    return opset;
  }

  /**
   * A copy that writes for training by other programs: BatchNormalization with {@code
   * training_mode} and the moved statistics as further outputs (from opset 14 on), Dropout that
   * drops (from opset 12 on). Fovea does not read such files: its own are trained as they are.
   */
  public OnnxWriter forTraining() {
    return new OnnxWriter(opset, raised, true);
  }

  /**
   * The content of a model file.
   *
   * @param card stored among the file's properties; null for none
   * @throws IllegalArgumentException if the graph has a weight that is not finite, a value without
   *     a name, an output twice, more weights than a file can hold (2 GiB), or the card has a class
   *     name of several lines, names the value; if a node cannot be written in the opset that was
   *     asked for, names the node and the oldest opset that can
   */
  public byte[] write(Graph given, ModelCard card) {
    Graph graph = inSingleOperators(given);
    check(graph);
    int version = version(graph);
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(Opsets.irVersion(version))
            .setProducerName("fovea")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(version))
            .setGraph(graphProto(graph, version));
    if (card != null) {
      CardMetadata.write(card)
          .forEach(
              (key, value) ->
                  model.addMetadataProps(
                      StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    }
    return model.build().toByteArray();
  }

  /**
   * The opset in which a graph is written.
   *
   * @throws IllegalArgumentException if a node cannot be written in the one that was asked for
   */
  public int opset(Graph graph) {
    return version(inSingleOperators(graph));
  }

  private Graph inSingleOperators(Graph graph) {
    Graph split = new ConvSplitting().apply(graph);
    return raised ? split : new Decomposition(opset).apply(split);
  }

  private int version(Graph graph) {
    int version = opset;
    for (Node n : graph.nodes()) {
      if (raised) {
        version = Math.max(version, FileForm.own(n.op(), training));
      } else if (FileForm.oldest(n, training) > opset) {
        throw new IllegalArgumentException(
            n
                + ": found opset "
                + opset
                + " to write, expected "
                + FileForm.oldest(n, training)
                + " or newer for this operator");
      }
    }
    return version;
  }

  private static void check(Graph graph) {
    if (new HashSet<>(graph.outputs()).size() < graph.outputs().size()) {
      throw new IllegalArgumentException(
          "graph '" + graph.name() + "': expected different outputs, found " + graph.outputs());
    }
    long bytes = 0;
    for (Value v : graph.values()) {
      if (v.name().isEmpty()) {
        throw new IllegalArgumentException("value " + v.shape() + ": expected a name, found none");
      }
      if (v.tensor() == null) {
        continue;
      }
      bytes += (long) Float.BYTES * v.tensor().size();
      v.type().check("tensor '" + v.name() + "'", v.tensor());
      for (float f : v.tensor().toArray()) {
        if (!Float.isFinite(f)) {
          throw new IllegalArgumentException(
              "tensor '" + v.name() + "': expected finite numbers, found " + f);
        }
      }
    }
    if (bytes > MAX_WEIGHT_BYTES) {
      throw new IllegalArgumentException(
          "graph '"
              + graph.name()
              + "': found "
              + bytes
              + " bytes of weights, expected under 2 GiB");
    }
  }

  private GraphProto graphProto(Graph graph, int version) {
    GraphProto.Builder g = GraphProto.newBuilder().setName(graph.name());
    graph.inputs().forEach(v -> g.addInput(ValueInfos.input(v)));
    g.addAllOutput(ValueInfos.outputs(graph));
    Set<Value> frozen = frozen(graph);
    Set<String> nodeNames = new HashSet<>();
    graph.nodes().forEach(n -> nodeNames.add(n.name()));
    for (Value v : graph.values()) {
      if (frozen.contains(v)) {
        g.addNode(constantNode(unique(v.name(), nodeNames), v));
      } else if (v.tensor() != null) {
        g.addInitializer(TensorProtos.of(v.name(), v.type(), v.tensor()));
      }
    }
    Set<String> valueNames = new HashSet<>();
    graph.values().forEach(v -> valueNames.add(v.name()));
    for (Node n : graph.nodes()) {
      g.addNode(node(n, FileForm.of(n, version, training), g, valueNames));
    }
    return g.build();
  }

  /** Buffers at places where a reader would take an initializer for a parameter. */
  private static Set<Value> frozen(Graph graph) {
    Set<Value> all = new HashSet<>();
    for (Node n : graph.nodes()) {
      for (int i = 0; i < n.inputs().size(); i++) {
        Value v = n.inputs().get(i);
        if (v.kind() == Value.Kind.BUFFER && v.type() == ElementType.FLOAT && n.op().learns(i)) {
          all.add(v);
        }
      }
    }
    return all;
  }

  private static NodeProto constantNode(String name, Value v) {
    return NodeProto.newBuilder()
        .setName(name)
        .setOpType("Constant")
        .addOutput(v.name())
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("value")
                .setType(AttributeType.TENSOR)
                .setT(TensorProtos.of(v.name(), v.type(), v.tensor())))
        .build();
  }

  /** A node; its constant inputs are added to the initializers of the graph. */
  private static NodeProto node(
      Node n, FileForm form, GraphProto.Builder g, Set<String> valueNames) {
    NodeProto.Builder b =
        NodeProto.newBuilder()
            .setName(n.name())
            .setOpType(n.op().spec().name())
            .addAllInput(inputs(n, form, g, valueNames));
    n.outputs().forEach(v -> b.addOutput(v.name()));
    form.furtherOutputs().forEach(name -> b.addOutput(unique(name, valueNames)));
    form.attributes().values().forEach((name, value) -> b.addAttribute(attribute(name, value)));
    return b.build();
  }

  private static List<String> inputs(
      Node n, FileForm form, GraphProto.Builder g, Set<String> valueNames) {
    Attributes a = form.attributes();
    Map<Integer, String> constants = new TreeMap<>();
    form.constants()
        .forEach(
            (position, constant) -> {
              String name = unique(n.name() + ".input" + position, valueNames);
              g.addInitializer(TensorProtos.of(name, constant.type(), constant.tensor()));
              constants.put(position, name);
            });
    a.constants()
        .forEach(
            (position, values) -> {
              String name = unique(n.name() + ".input" + position, valueNames);
              g.addInitializer(TensorProtos.of(name, values));
              constants.put(position, name);
            });
    List<String> all = new ArrayList<>();
    Iterator<Value> operands = n.inputs().iterator();
    while (operands.hasNext() || !constants.isEmpty()) {
      boolean follows = a.inputs().isEmpty() || a.hasInput(all.size());
      if (follows && !n.op().spec().constantInputs().contains(all.size())) {
        all.add(operands.next().name());
      } else {
        // The empty name stands for an optional input that is left out.
        String constant = constants.remove(all.size());
        all.add(constant == null ? "" : constant);
      }
    }
    return all;
  }

  private static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder b = AttributeProto.newBuilder().setName(name);
    if (value instanceof Long v) {
      return b.setType(AttributeType.INT).setI(v).build();
    }
    if (value instanceof Float v) {
      return b.setType(AttributeType.FLOAT).setF(v).build();
    }
    if (value instanceof String v) {
      return b.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(v)).build();
    }
    if (!(value instanceof Collection<?> list)) {
      throw new IllegalStateException("attribute '" + name + "': no ONNX form for " + value);
    }
    Object first = list.isEmpty() ? null : list.iterator().next();
    if (first instanceof String) {
      b.setType(AttributeType.STRINGS);
      list.forEach(v -> b.addStrings(ByteString.copyFromUtf8((String) v)));
      return b.build();
    }
    boolean floats = first instanceof Float;
    b.setType(floats ? AttributeType.FLOATS : AttributeType.INTS);
    for (Object v : list) {
      if (floats) {
        b.addFloats((Float) v);
      } else {
        b.addInts((Long) v);
      }
    }
    return b.build();
  }

  /** The wanted name, lengthened until nobody has it. */
  private static String unique(String wanted, Set<String> taken) {
    String name = wanted;
    while (!taken.add(name)) {
      name += "_";
    }
    return name;
  }
}
