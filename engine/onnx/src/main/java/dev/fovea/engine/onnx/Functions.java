package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Functions that a file defines itself: every node that calls one is replaced by the nodes of its
 * body. Functions may call each other, but not themselves.
 */
final class Functions {

  /**
   * A few functions that call each other twice make any number of nodes, or of calls of nothing.
   */
  private static final int MAX_NODES = 1 << 16;

  private static final int MAX_DEPTH = 32;

  private final Place file;
  private final int opset;
  private final Map<String, FunctionProto> functions = new HashMap<>();
  private final Set<String> names = new HashSet<>();
  private final GraphProto.Builder graph;
  private int calls;

  private Functions(Place file, ModelProto model, int opset) throws ModelFormatException {
    this.file = file;
    this.opset = opset;
    this.graph = model.getGraph().toBuilder().clearNode();
    for (FunctionProto f : model.getFunctionsList()) {
      if (functions.put(key(f.getDomain(), f.getName(), f.getOverload()), f) != null) {
        throw file.error("the function '" + f.getName() + "' twice", "it once");
      }
    }
    GraphProto g = model.getGraph();
    g.getInputList().stream().map(ValueInfoProto::getName).forEach(names::add);
    g.getInitializerList().stream().map(TensorProto::getName).forEach(names::add);
    g.getNodeList().forEach(n -> names.addAll(n.getOutputList()));
  }

  /** The graph of a file without calls of functions. */
  static GraphProto inlined(Place file, ModelProto model, int opset) throws ModelFormatException {
    if (model.getFunctionsCount() == 0) {
      return model.getGraph();
    }
    Functions f = new Functions(file, model, opset);
    for (NodeProto n : model.getGraph().getNodeList()) {
      f.add(n, 0);
    }
    return f.graph.build();
  }

  private static String key(String domain, String name, String overload) {
    return (domain.equals("ai.onnx") ? "" : domain) + "\n" + name + "\n" + overload;
  }

  private void add(NodeProto n, int depth) throws ModelFormatException {
    FunctionProto f = functions.get(key(n.getDomain(), n.getOpType(), n.getOverload()));
    if (f == null) {
      if (graph.getNodeCount() >= MAX_NODES) {
        throw file.error("functions of more nodes", "at most " + MAX_NODES);
      }
      graph.addNode(n);
      return;
    }
    Place at = file.in("node '" + GraphReader.label(n) + "' (" + n.getOpType() + ", a function)");
    if (depth >= MAX_DEPTH) {
      throw at.error("functions that call each other without end", "at most " + MAX_DEPTH);
    }
    if (calls >= MAX_NODES) {
      throw file.error("more calls of functions", "at most " + MAX_NODES);
    }
    checkOpset(at, f);
    if (n.getInputCount() > f.getInputCount() || n.getOutputCount() > f.getOutputCount()) {
      throw at.error(
          n.getInputCount() + " inputs and " + n.getOutputCount() + " outputs",
          "at most " + f.getInputCount() + " and " + f.getOutputCount());
    }
    Map<String, String> values = values(n, f);
    Map<String, AttributeProto> attributes = attributes(n, f);
    for (NodeProto part : f.getNodeList()) {
      add(part(at, part, values, attributes), depth + 1);
    }
  }

  /** A function may be for another version of ONNX than the file, but is read as the file is. */
  private void checkOpset(Place at, FunctionProto f) throws ModelFormatException {
    for (OperatorSetIdProto o : f.getOpsetImportList()) {
      if ((o.getDomain().isEmpty() || o.getDomain().equals("ai.onnx")) && o.getVersion() != opset) {
        throw at.error(
            "a function of opset " + o.getVersion(), "opset " + opset + " as in the file");
      }
    }
  }

  /** What the names of a body stand for; all but its inputs and outputs get names of their own. */
  private Map<String, String> values(NodeProto n, FunctionProto f) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < f.getInputCount(); i++) {
      values.put(f.getInput(i), i < n.getInputCount() ? n.getInput(i) : "");
    }
    for (int i = 0; i < f.getOutputCount(); i++) {
      if (i < n.getOutputCount() && !n.getOutput(i).isEmpty()) {
        values.put(f.getOutput(i), n.getOutput(i));
      }
    }
    String prefix = f.getName() + "." + calls++ + ".";
    for (NodeProto part : f.getNodeList()) {
      for (String out : part.getOutputList()) {
        if (!out.isEmpty() && !values.containsKey(out)) {
          String name = prefix + out;
          while (!names.add(name)) {
            name += "_";
          }
          values.put(out, name);
        }
      }
    }
    return values;
  }

  private static Map<String, AttributeProto> attributes(NodeProto n, FunctionProto f) {
    Map<String, AttributeProto> all = new HashMap<>();
    f.getAttributeProtoList().forEach(a -> all.put(a.getName(), a));
    n.getAttributeList().forEach(a -> all.put(a.getName(), a));
    return all;
  }

  private NodeProto part(
      Place at, NodeProto part, Map<String, String> values, Map<String, AttributeProto> attributes)
      throws ModelFormatException {
    NodeProto.Builder b =
        part.toBuilder()
            .clearInput()
            .clearOutput()
            .clearAttribute()
            .addAllInput(renamed(part.getInputList(), values))
            .addAllOutput(renamed(part.getOutputList(), values));
    for (AttributeProto a : part.getAttributeList()) {
      if (a.hasG() || a.getGraphsCount() > 0) {
        throw at.error("a function with a graph of its own in '" + a.getName() + "'", "none");
      }
      AttributeProto given = attributes.get(a.getRefAttrName());
      if (a.getRefAttrName().isEmpty()) {
        b.addAttribute(a);
      } else if (given != null) {
        b.addAttribute(given.toBuilder().setName(a.getName()));
      }
    }
    return b.build();
  }

  private static List<String> renamed(List<String> all, Map<String, String> values) {
    return all.stream().map(name -> values.getOrDefault(name, name)).collect(Collectors.toList());
  }
}
