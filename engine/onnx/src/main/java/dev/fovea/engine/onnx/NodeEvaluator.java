package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Computes what a node makes of known tensors. */
final class NodeEvaluator {

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
      List<NodeProto> form = Expansions.ofForm(call, name -> false);
      if (!form.isEmpty()) {
        return run(call, form);
      }
      if (n.getOpType().equals("Identity")) {
        return List.of(call.in(0));
      }
      if (n.getOpType().equals("Constant")) {
        return List.of(
            TypedTensorReader.read(
                call.at(), AttributeReader.constant(call.at(), n), call.limits()));
      }
      HostOperators.Operator host = HostOperators.find(call);
      if (host != null) {
        return host.run(call);
      }
      if (HostMovements.moves(call)) {
        return HostMovements.run(call);
      }
      List<NodeProto> parts = Expansions.of(call, name -> false);
      return parts.isEmpty() ? EngineCall.run(call) : run(call, parts);
    } catch (IllegalArgumentException
        | ArithmeticException
        | IndexOutOfBoundsException
        | NegativeArraySizeException e) {
      // Written for what the specification allows; whatever else is in the file stops them here.
      throw call.at().problem(String.valueOf(e.getMessage()), e);
    }
  }

  /** Runs the nodes that one stands for. */
  private static List<OnnxTensor> run(NodeCall call, List<NodeProto> parts)
      throws ModelFormatException {
    Map<String, OnnxTensor> values = new HashMap<>();
    for (int i = 0; i < call.inputs().size(); i++) {
      values.put(call.node().getInput(i), call.inputs().get(i));
    }
    values.put("", null);
    for (NodeProto part : parts) {
      List<OnnxTensor> in = new ArrayList<>();
      part.getInputList().forEach(name -> in.add(values.get(name)));
      List<OnnxTensor> out = run(call.of(part, in));
      for (int i = 0; i < part.getOutputCount(); i++) {
        values.put(part.getOutput(i), i < out.size() ? out.get(i) : null);
      }
    }
    List<OnnxTensor> results = new ArrayList<>();
    call.node().getOutputList().forEach(name -> results.add(values.get(name)));
    return results;
  }
}
