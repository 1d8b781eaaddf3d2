package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Session;
import dev.fovea.engine.graph.SessionOptions;
import dev.fovea.engine.graph.Value;
import dev.fovea.engine.kernel.Backends;
import dev.fovea.engine.op.Op;
import dev.fovea.engine.tensor.ElementType;
import dev.fovea.engine.tensor.Shape;
import dev.fovea.engine.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * Computes at once what does not depend on the inputs of a graph: exporters spell the shape of a
 * Reshape as a chain of Shape, Gather, Unsqueeze, Concat.
 */
final class Folding {

  /** Operators that exist in files only: their outputs are constants here. */
  static final Set<String> OPERATORS = Set.of("Shape", "ConstantOfShape");

  private Folding() {}

  /** The output of a Shape, which must not depend on free dimensions. */
  static TensorProto shape(Place at, NodeProto n, Operands in) throws ModelFormatException {
    int rank = in.shape(0).rank();
    int from = clamp(attribute(n, "start", 0), rank);
    int to = Math.max(from, clamp(attribute(n, "end", rank), rank));
    float[] extents = new float[to - from];
    for (int d = from; d < to; d++) {
      if (!in.fixed(0, d)) {
        throw at.error(
            "the shape " + in.shape(0) + ", of which dimension " + d + " is free",
            "fixed extents where a model computes with them");
      }
      extents[d - from] = in.shape(0).dim(d);
      ElementType.INT64.check("shape", Tensor.of(Shape.of(1), extents[d - from]));
    }
    return TensorProtos.of(
        n.getOutput(0), ElementType.INT64, Tensor.of(Shape.of(extents.length), extents));
  }

  private static int clamp(long index, int rank) {
    long fromStart = index < 0 ? index + rank : index;
    return (int) Math.max(0, Math.min(rank, fromStart));
  }

  private static long attribute(NodeProto n, String name, long otherwise) {
    return n.getAttributeList().stream()
        .filter(a -> a.getName().equals(name))
        .mapToLong(a -> a.getI())
        .findFirst()
        .orElse(otherwise);
  }

  /** The output of a ConstantOfShape. */
  static TensorProto filled(Place at, NodeProto n, List<? extends Number> shape, Limits limits)
      throws ModelFormatException {
    List<Long> dims = shape.stream().map(Number::longValue).toList();
    Tensor t = Tensor.zeros(limits.shape(at, dims));
    ElementType type = ElementType.FLOAT;
    if (n.getAttributeCount() > 0) {
      TensorProto value = n.getAttribute(0).getT();
      Tensor one = TensorReader.read(at, value, limits);
      if (!n.getAttribute(0).getName().equals("value") || one.size() != 1) {
        throw at.error("the value " + one, "a tensor of one element");
      }
      type = TensorReader.type(at, value);
      t.fill(one.get(0));
    }
    return TensorProtos.of(n.getOutput(0), type, t);
  }

  /** The first output of an operator on known tensors. */
  static TensorProto result(String name, Op op, List<Tensor> tensors, List<ElementType> types) {
    Graph.Builder g = new Graph.Builder("constant");
    Value[] in = new Value[tensors.size()];
    for (int i = 0; i < in.length; i++) {
      in[i] = g.buffer("constant" + i, types.get(i), tensors.get(i));
    }
    Value y = g.node("folded", op, in);
    SessionOptions options = SessionOptions.inference().on(Backends.named("scalar")).withThreads(1);
    return TensorProtos.of(name, y.type(), new Session(g.build(y), options).forward());
  }
}
