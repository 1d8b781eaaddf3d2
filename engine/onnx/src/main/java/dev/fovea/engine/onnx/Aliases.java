package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Removes Identity nodes: which name stands for which value. */
final class Aliases {

  private final Map<String, String> source = new HashMap<>();
  private final Map<String, String> renamed = new HashMap<>();

  Aliases(GraphProto graph) {
    Set<String> outputs = new HashSet<>();
    graph.getOutputList().forEach(o -> outputs.add(o.getName()));
    Set<String> computed = new HashSet<>();
    for (NodeProto n : graph.getNodeList()) {
      if (!isIdentity(n)) {
        if (!n.getOpType().equals("Constant")) {
          computed.addAll(n.getOutputList());
        }
        continue;
      }
      String from = source(n.getInput(0));
      String to = n.getOutput(0);
      source.put(to, from);
      // Callers know an output of the graph by its name: what it is computed by takes it over.
      if (outputs.contains(to) && !outputs.contains(from) && computed.contains(from)) {
        renamed.putIfAbsent(from, to);
      }
    }
  }

  /** Whether a node only passes on its input. */
  static boolean isIdentity(NodeProto n) {
    return n.getOpType().equals("Identity") && n.getInputCount() == 1 && n.getOutputCount() == 1;
  }

  /** The name in the file of the value that a name stands for. */
  String source(String name) {
    return source.getOrDefault(name, name);
  }

  /** The name a value of the file gets in the graph. */
  String nameOf(String source) {
    return renamed.getOrDefault(source, source);
  }
}
