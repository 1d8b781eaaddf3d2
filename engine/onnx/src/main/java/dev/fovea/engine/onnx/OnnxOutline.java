package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.fovea.engine.model.ModelCard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a file says of itself, and what there is to count in it; there also for files with operators
 * that are not read here.
 *
 * @param card the model card; null if the file has none
 * @param properties the file's texts for programs, by key
 * @param producer the program that wrote the file; may be empty
 * @param inputs what a run must be given
 * @param outputs what a run gives
 * @param lastOperator name of the operator that computes the first output, those passed over that
 *     change nothing but the shape or the type; may be empty
 * @param content nodes and weights in numbers
 */
public record OnnxOutline(
    ModelCard card,
    Map<String, String> properties,
    String producer,
    List<Port> inputs,
    List<Port> outputs,
    String lastOperator,
    Content content) {

  private static final Set<String> KEEP_VALUES =
      Set.of("Cast", "Dropout", "Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze");

  /** The extent of a dimension that is free, or of which the file says nothing. */
  public static final long FREE = -1;

  /**
   * An input or output as it is declared.
   *
   * @param dims extents, {@link #FREE} ones among them; empty also where no shape is declared
   */
  public record Port(String name, List<Long> dims) {

    /** Copies the list. */
    public Port {
      dims = List.copyOf(dims);
    }

    @Override
    public String toString() {
      return name + " " + dims.stream().map(d -> d == FREE ? "?" : d.toString()).toList();
    }
  }

  /**
   * What is in a file.
   *
   * @param opset version of ONNX's operators; 0 if the file says none
   * @param operators how often each operator is used, by its name, with its domain unless it is
   *     that of ONNX; those of branches and loops not counted
   * @param unsupported the operators of them that Fovea's engine does not compute
   * @param elements how many numbers the file's own tensors hold
   */
  public record Content(
      int opset, Map<String, Integer> operators, List<String> unsupported, long elements) {

    /** Nothing. */
    public static final Content NONE = new Content(0, Map.of(), List.of(), 0);

    /** Copies the collections. */
    public Content {
      operators = java.util.Collections.unmodifiableMap(new TreeMap<>(operators));
      unsupported = List.copyOf(unsupported);
    }

    private static Content of(Place file, ModelProto model) {
      GraphProto graph = model.getGraph();
      long opset =
          model.getOpsetImportList().stream()
              .filter(o -> o.getDomain().isEmpty() || o.getDomain().equals("ai.onnx"))
              .mapToLong(OperatorSetIdProto::getVersion)
              .findFirst()
              .orElse(0);
      int version = (int) Math.max(0, Math.min(Integer.MAX_VALUE, opset));
      Map<String, Integer> operators = new TreeMap<>();
      graph.getNodeList().forEach(n -> operators.merge(GraphReader.operator(n), 1, Integer::sum));
      return new Content(
          version,
          operators,
          List.copyOf(GraphReader.unknown(flat(file, model, version).getNodeList()).keySet()),
          graph.getInitializerList().stream().mapToLong(Content::elements).sum());
    }

    /** Without functions of the file's own, if that can be. */
    private static GraphProto flat(Place file, ModelProto model, int opset) {
      try {
        return Functions.inlined(file, model, opset);
      } catch (ModelFormatException e) {
        // Whoever wants to run it is told.
        return model.getGraph();
      }
    }

    private static long elements(TensorProto t) {
      long n = 1;
      for (long dim : t.getDimsList()) {
        // Files claim what they like; nothing that is there is larger.
        n = Math.min(Integer.MAX_VALUE, n * Math.max(0, Math.min(Integer.MAX_VALUE, dim)));
      }
      return n;
    }
  }

  /** Copies the collections. */
  public OnnxOutline {
    properties = java.util.Collections.unmodifiableMap(new TreeMap<>(properties));
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  static OnnxOutline of(Place file, ModelProto model) throws ModelFormatException {
    Map<String, String> properties = new TreeMap<>();
    for (StringStringEntryProto p : model.getMetadataPropsList()) {
      properties.put(p.getKey(), p.getValue());
    }
    GraphProto graph = model.getGraph();
    // Old files list the weights among the inputs too.
    Set<String> weights = new HashSet<>();
    for (TensorProto t : graph.getInitializerList()) {
      weights.add(t.getName());
    }
    return new OnnxOutline(
        CardMetadata.read(file, model.getMetadataPropsList()),
        properties,
        model.getProducerName(),
        ports(graph.getInputList(), weights),
        ports(graph.getOutputList(), Set.of()),
        lastOperator(graph),
        Content.of(file, model));
  }

  private static String lastOperator(GraphProto graph) {
    Map<String, NodeProto> computedBy = new HashMap<>();
    for (NodeProto n : graph.getNodeList()) {
      n.getOutputList().forEach(out -> computedBy.put(out, n));
    }
    String name = graph.getOutputCount() == 0 ? "" : graph.getOutput(0).getName();
    NodeProto last = computedBy.get(name);
    // A node is taken out when it is passed, so that a cycle comes to an end.
    while (last != null && KEEP_VALUES.contains(last.getOpType()) && last.getInputCount() > 0) {
      name = last.getInput(0);
      last.getOutputList().forEach(computedBy::remove);
      last = computedBy.get(name);
    }
    return last == null ? "" : last.getOpType();
  }

  private static List<Port> ports(List<ValueInfoProto> values, Set<String> without) {
    List<Port> all = new ArrayList<>();
    for (ValueInfoProto v : values) {
      if (!without.contains(v.getName())) {
        List<Long> dims = new ArrayList<>();
        for (Dimension d : v.getType().getTensorType().getShape().getDimList()) {
          dims.add(d.hasDimValue() && d.getDimValue() > 0 ? d.getDimValue() : FREE);
        }
        all.add(new Port(v.getName(), dims));
      }
    }
    return all;
  }
}
