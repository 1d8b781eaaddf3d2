package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.fovea.engine.op.OpSpec;
import dev.fovea.engine.op.Ops;
import dev.fovea.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A file made for inputs of certain shapes: no dimension is free, and inputs by which an operator
 * is made (the shape of a Reshape, the axes of a reduction) are tensors of the file.
 *
 * @param graph the file's graph
 * @param key equal for inputs that the same form is for
 */
record SpecialForm(GraphProto graph, List<Object> key) {

  /** The form for given inputs. */
  static SpecialForm of(GraphProto graph, Map<String, OnnxTensor> given) {
    Set<String> bound = constants(graph);
    GraphProto.Builder b = graph.toBuilder().clearInput().clearInitializer();
    List<Object> key = new ArrayList<>();
    for (ValueInfoProto v : graph.getInputList()) {
      OnnxTensor t = given.get(v.getName());
      if (t == null) {
        // So that what is given for one input is not taken for what is given for another.
        key.add("");
        b.addInput(v);
      } else if (bound.contains(v.getName()) && t.type() != OnnxTensor.Type.STRING) {
        key.add(t.type() + " " + t.shape() + " " + t.numbers());
        b.addInitializer(tensor(v.getName(), t));
      } else {
        key.add(t.type() + " " + t.shape());
        b.addInput(fixed(v, t.shape()));
      }
    }
    for (TensorProto t : graph.getInitializerList()) {
      if (!given.containsKey(t.getName())) {
        b.addInitializer(t);
      }
    }
    return new SpecialForm(b.build(), key);
  }

  private static Set<String> constants(GraphProto graph) {
    Set<String> all = new HashSet<>();
    for (NodeProto n : graph.getNodeList()) {
      OpSpec<?> spec = Ops.named(n.getOpType());
      for (int i = 0; i < n.getInputCount(); i++) {
        String operator = n.getOpType();
        boolean folded =
            spec == null && HostOperators.knows(operator) && !Expansions.composes(operator);
        folded |= Expansions.reads(operator, i);
        if (folded || (spec != null && spec.constantInputs().contains(i))) {
          all.add(n.getInput(i));
        }
      }
    }
    return all;
  }

  /** All real numbers become float32, as they would in the graph. */
  private static TensorProto tensor(String name, OnnxTensor t) {
    OnnxTensor.Type type = t.type().isReal() ? OnnxTensor.Type.FLOAT : t.type();
    TensorProto.Builder b = TensorProto.newBuilder().setName(name).setDataType(type.fileNumber());
    for (int d : t.shape().toArray()) {
      b.addDims(d);
    }
    for (int i = 0; i < t.size(); i++) {
      switch (type) {
        case FLOAT -> b.addFloatData((float) t.real(i));
        case INT64 -> b.addInt64Data(t.integer(i));
        case UINT32, UINT64 -> b.addUint64Data(t.integer(i));
        default -> b.addInt32Data((int) t.integer(i));
      }
    }
    return b.build();
  }

  private static ValueInfoProto fixed(ValueInfoProto v, Shape s) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int d : s.toArray()) {
      shape.addDimBuilder().setDimValue(d);
    }
    ValueInfoProto.Builder b = v.toBuilder();
    b.getTypeBuilder().getTensorTypeBuilder().setShape(shape);
    return b.build();
  }
}
