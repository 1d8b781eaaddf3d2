package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
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
 * What a file says of itself besides nodes and weights; there also for files with operators that
 * are not read here.
 *
 * @param card the model card; null if the file has none
 * @param properties the file's texts for programs, by key
 * @param producer the program that wrote the file; may be empty
 * @param inputs what a run must be given
 * @param outputs what a run gives
 * @param lastOperator name of the operator that computes the first output, those passed over that
 *     change nothing but the shape or the type; may be empty
 */
public record OnnxOutline(
    ModelCard card,
    Map<String, String> properties,
    String producer,
    List<Port> inputs,
    List<Port> outputs,
    String lastOperator) {

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
        lastOperator(graph));
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
