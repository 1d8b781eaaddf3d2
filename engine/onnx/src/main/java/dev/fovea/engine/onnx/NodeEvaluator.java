package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.fovea.engine.tensor.Shape;
import java.util.List;
import java.util.Set;

/** Computes what a node makes of known tensors. */
final class NodeEvaluator {

  /** Since this opset a Softmax runs over one dimension; before, over all from its axis on. */
  private static final int JOINED_AXES = 13;

  private static final Set<String> JOINING = Set.of("Softmax", "LogSoftmax", "Hardmax");

  private NodeEvaluator() {}

  /** Whether there is something here that computes a node. */
  static boolean isStandard(NodeProto n) {
    return n.getDomain().isEmpty() || n.getDomain().equals("ai.onnx");
  }

  /**
   * The outputs of a node, all that its operator has.
   *
   * @throws UnsupportedOperatorException if nothing here computes the node
   * @throws ModelFormatException if its inputs do not fit it
   */
  static List<OnnxTensor> run(NodeCall call) throws ModelFormatException {
    NodeProto n = call.node();
    if (!isStandard(n)) {
      throw Unsupported.operator(call.at(), n.getDomain() + "." + n.getOpType(), call.opset(), "");
    }
    try {
      if (call.opset() < Opsets.OLDEST_READ) {
        OldForms.check(call);
      }
      if (n.getOpType().equals("Identity")) {
        return List.of(call.in(0));
      }
      HostOperators.Operator host = HostOperators.find(call);
      if (host != null) {
        return host.run(call);
      }
      if (HostMovements.moves(call)) {
        return HostMovements.run(call);
      }
      return call.opset() < JOINED_AXES && JOINING.contains(n.getOpType())
          ? joined(call)
          : EngineCall.run(call);
    } catch (IllegalArgumentException
        | ArithmeticException
        | IndexOutOfBoundsException
        | NegativeArraySizeException e) {
      // Written for what the specification allows; whatever else is in the file stops them here.
      throw call.at().problem(String.valueOf(e.getMessage()), e);
    }
  }

  /** Runs a node on a matrix, the rows of which are all dimensions from its axis on. */
  private static List<OnnxTensor> joined(NodeCall call) throws ModelFormatException {
    OnnxTensor x = call.in(0);
    Shape s = x.shape();
    long axis = call.integer("axis", 1);
    int first = axis == s.rank() ? s.rank() : NodeCall.axis(s, axis);
    OnnxTensor matrix = x.reshape(Shape.of(s.size(0, first), s.size(first, s.rank())));
    NodeProto.Builder node = call.node().toBuilder().clearAttribute();
    OnnxTensor y =
        EngineCall.run(
                new NodeCall(
                    call.at(),
                    node.build(),
                    call.opset(),
                    List.of(matrix),
                    call.limits(),
                    call.options()))
            .get(0);
    return List.of(y.reshape(s));
  }
}
