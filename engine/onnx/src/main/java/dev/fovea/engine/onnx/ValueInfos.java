package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Node;
import dev.fovea.engine.graph.ShapeProbes;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Declarations of a graph's inputs and outputs: their element types and shapes. */
final class ValueInfos {

  private ValueInfos() {}

  /** An input, free dimensions by name. */
  static ValueInfoProto input(Value v) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int d = 0; d < v.shape().rank(); d++) {
      shape.addDim(dimension(v.freeDims().get(d), v.shape().dim(d)));
    }
    return tensor(v, shape);
  }

  /**
   * The outputs. An extent that does not change with any free dimension is written as a number; one
   * that always equals a free dimension, by its name; for all others nothing is said, since only a
   * formula would be right, or they depend on data. ONNX takes the shapes of outputs as a note, not
   * as a demand.
   */
  static List<ValueInfoProto> outputs(Graph graph) {
    Map<String, List<Map<Value, Shape>>> probes = ShapeProbes.of(graph).byDimension();
    List<ValueInfoProto> all = new ArrayList<>();
    Set<Value> open = sizedByData(graph);
    for (Value v : graph.outputs()) {
      TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
      for (int d = 0; d < v.shape().rank(); d++) {
        shape.addDim(
            open.contains(v)
                ? TensorShapeProto.Dimension.getDefaultInstance()
                : outputDimension(graph, v, d, probes));
      }
      all.add(tensor(v, shape));
    }
    return all;
  }

  private static Set<Value> sizedByData(Graph graph) {
    Set<Value> all = new HashSet<>();
    for (Node n : graph.nodes()) {
      for (int i = 0; i < n.outputs().size(); i++) {
        if (n.op().sizedByData(i)) {
          all.add(n.outputs().get(i));
        }
      }
    }
    return all;
  }

  private static TensorShapeProto.Dimension outputDimension(
      Graph graph, Value v, int d, Map<String, List<Map<Value, Shape>>> probes) {
    int extent = v.shape().dim(d);
    List<String> reactsTo = new ArrayList<>();
    for (Map.Entry<String, List<Map<Value, Shape>>> probe : probes.entrySet()) {
      List<Map<Value, Shape>> shapes = probe.getValue();
      if (shapes.isEmpty()) {
        return TensorShapeProto.Dimension.getDefaultInstance();
      }
      if (shapes.stream().anyMatch(s -> s.get(v).dim(d) != extent)) {
        reactsTo.add(probe.getKey());
      }
    }
    if (reactsTo.isEmpty()) {
      return dimension("", extent);
    }
    String name = reactsTo.get(0);
    boolean equal = reactsTo.size() == 1 && extent == extentOf(graph, name);
    for (int i = 0; equal && i < ShapeProbes.FACTORS.size(); i++) {
      equal = probes.get(name).get(i).get(v).dim(d) == ShapeProbes.FACTORS.get(i) * extent;
    }
    return equal ? dimension(name, extent) : TensorShapeProto.Dimension.getDefaultInstance();
  }

  private static int extentOf(Graph graph, String freeDim) {
    for (Value v : graph.inputs()) {
      int d = v.freeDims().indexOf(freeDim);
      if (d >= 0) {
        return v.shape().dim(d);
      }
    }
    throw new IllegalStateException("no input has the free dimension '" + freeDim + "'");
  }

  private static TensorShapeProto.Dimension dimension(String name, int extent) {
    TensorShapeProto.Dimension.Builder b = TensorShapeProto.Dimension.newBuilder();
    return (name.isEmpty() ? b.setDimValue(extent) : b.setDimParam(name)).build();
  }

  private static ValueInfoProto tensor(Value v, TensorShapeProto.Builder shape) {
    return ValueInfoProto.newBuilder()
        .setName(v.name())
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(ElementTypes.toFile(v.type()))
                        .setShape(shape)))
        .build();
  }
}
