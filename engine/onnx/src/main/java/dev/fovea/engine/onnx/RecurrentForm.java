package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.fovea.engine.op.Attributes;
import dev.fovea.engine.op.Recurrence;
import java.util.List;
import java.util.Set;

/**
 * Recurrent operators as files spell them: attributes that repeat a default are left out, and where
 * the batch comes first (layout 1) there are transpositions before and after.
 */
final class RecurrentForm {

  private static final Set<String> OPERATORS = Set.of("RNN", "GRU", "LSTM");

  /** Inputs with batch and time, or with batch and direction, to be exchanged. */
  private static final List<Integer> EXCHANGED_INPUTS = List.of(0, 5, 6);

  private RecurrentForm() {}

  /** The form that the operators read. */
  static Attributes plain(String op, Attributes a, Operands in) {
    Attributes b = Recurrence.plain(op, a.without("layout"));
    b = b.intValue("input_forget", 0) == 0 ? b.without("input_forget") : b;
    return b.values().containsKey("hidden_size")
        ? b
        : b.with("hidden_size", (long) in.shape(2).dim(-1));
  }

  /** The graph with recurrent nodes whose batch comes first in the usual order. */
  static GraphProto timeFirst(GraphProto graph) {
    if (graph.getNodeList().stream().noneMatch(RecurrentForm::isBatchFirst)) {
      return graph;
    }
    GraphProto.Builder b = graph.toBuilder().clearNode();
    for (NodeProto n : graph.getNodeList()) {
      if (isBatchFirst(n)) {
        addTimeFirst(n, b);
      } else {
        b.addNode(n);
      }
    }
    return b.build();
  }

  private static boolean isBatchFirst(NodeProto n) {
    return OPERATORS.contains(n.getOpType())
        && n.getAttributeList().stream()
            .anyMatch(a -> a.getName().equals("layout") && a.getI() == 1);
  }

  private static void addTimeFirst(NodeProto n, GraphProto.Builder b) {
    NodeProto.Builder node = n.toBuilder();
    String label = GraphReader.firstOutput(n);
    for (int i : EXCHANGED_INPUTS) {
      if (i < n.getInputCount() && !n.getInput(i).isEmpty()) {
        String name = label + ".input" + i;
        b.addNode(transpose(n.getInput(i), name, 1, 0, 2));
        node.setInput(i, name);
      }
    }
    for (int o = 0; o < n.getOutputCount(); o++) {
      node.setOutput(o, n.getOutput(o).isEmpty() ? "" : label + ".output" + o);
    }
    b.addNode(node);
    for (int o = 0; o < n.getOutputCount(); o++) {
      if (!n.getOutput(o).isEmpty()) {
        // Y is [T, D, N, H] and becomes [N, T, D, H]; the last states are [D, N, H].
        int[] perm = o == 0 ? new int[] {2, 0, 1, 3} : new int[] {1, 0, 2};
        b.addNode(transpose(node.getOutput(o), n.getOutput(o), perm));
      }
    }
  }

  private static NodeProto transpose(String from, String to, int... perm) {
    return NodeProto.newBuilder()
        .setOpType("Transpose")
        .addInput(from)
        .addOutput(to)
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("perm")
                .setType(AttributeType.INTS)
                .addAllInts(Attributes.longs(perm)))
        .build();
  }
}
