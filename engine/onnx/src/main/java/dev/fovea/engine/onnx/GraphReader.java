package dev.fovea.engine.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.op.Ops;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/**
 * Reads the graph of a file: checks that it is one, then assembles it for the first example extents
 * of its free dimensions that fit all its nodes.
 */
final class GraphReader {

  /**
   * Extents tried for free dimensions other than the batch: usual image sizes, likely ones first.
   */
  private static final long[] EXAMPLES = {
    64, 32, 28, 128, 224, 227, 256, 299, 320, 352, 416, 512, 640, 1
  };

  private final Place file;
  private final GraphProto proto;
  private final int opset;
  private final Limits limits;
  private final Map<String, TensorProto> tensors = new HashMap<>();
  private final Set<String> constants = new HashSet<>();
  private final Set<String> computed = new HashSet<>();
  private final List<InputSpec> inputs = new ArrayList<>();

  private GraphReader(Place file, GraphProto proto, int opset, Limits limits) {
    this.file = file;
    this.proto = proto;
    this.opset = opset;
    this.limits = limits;
  }

  static Graph read(Place file, GraphProto proto, int opset, Limits limits)
      throws ModelFormatException {
    return new GraphReader(file, RecurrentForm.timeFirst(proto), opset, limits).read();
  }

  private Graph read() throws ModelFormatException {
    checkOperators();
    collectTensors();
    collectInputs();
    collectOutputs();
    try {
      return assemble();
    } catch (FreeExtentException e) {
      // What cannot be made for every extent can be made for one.
      return withBatchOfOne();
    }
  }

  /** With a batch of 1 in place of a free one; if that is not enough, without free dimensions. */
  private Graph withBatchOfOne() throws ModelFormatException {
    fixExtents(d -> d == 0, 1);
    try {
      return assemble();
    } catch (FreeExtentException e) {
      ModelFormatException first = null;
      List<InputSpec> free = List.copyOf(inputs);
      for (long example : EXAMPLES) {
        Collections.copy(inputs, free);
        fixExtents(d -> true, example);
        try {
          return assemble();
        } catch (ModelFormatException other) {
          first = first == null ? other : first;
        }
      }
      throw first;
    }
  }

  private void fixExtents(IntPredicate which, long extent) {
    inputs.replaceAll(in -> in.fixed(which, extent));
  }

  private Graph assemble() throws ModelFormatException {
    GraphAssembly assembly =
        new GraphAssembly(
            file,
            proto,
            opset,
            limits,
            inputs,
            new GraphAssembly.Names(tensors, constants, computed));
    Set<String> batch = new TreeSet<>();
    Set<String> others = new TreeSet<>();
    for (InputSpec in : inputs) {
      for (int d = 0; d < in.free().size(); d++) {
        (d == 0 ? batch : others).add(in.free().get(d));
      }
    }
    others.removeAll(batch);
    others.remove("");
    if (others.isEmpty()) {
      return assembly.assemble(extents(batch, others, 1));
    }
    ModelFormatException first = null;
    for (long example : EXAMPLES) {
      try {
        return assembly.assemble(extents(batch, others, example));
      } catch (FreeExtentException e) {
        throw e;
      } catch (ModelFormatException e) {
        first = first == null ? e : first;
      }
    }
    throw first;
  }

  /** Batches get the extent 1, all other free dimensions the given one. */
  private static Map<String, Long> extents(Set<String> batch, Set<String> others, long extent) {
    Map<String, Long> all = new HashMap<>();
    batch.forEach(name -> all.put(name, 1L));
    others.forEach(name -> all.put(name, extent));
    return all;
  }

  /** The operators of a file that nothing here computes, each with the first node that has it. */
  static Map<String, NodeProto> unknown(List<NodeProto> nodes) {
    Map<String, NodeProto> unknown = new LinkedHashMap<>();
    for (NodeProto n : nodes) {
      boolean special =
          Aliases.isIdentity(n)
              || n.getOpType().equals("Constant")
              || HostOperators.knows(n.getOpType())
              || Expansions.composes(n.getOpType());
      boolean known = special || Ops.named(n.getOpType()) != null;
      if (!NodeEvaluator.isStandard(n) || !known) {
        unknown.putIfAbsent(operator(n), n);
      }
    }
    return unknown;
  }

  /** The operator of a node, with its domain unless it is that of ONNX. */
  static String operator(NodeProto n) {
    return NodeEvaluator.isStandard(n) ? n.getOpType() : n.getDomain() + "." + n.getOpType();
  }

  /**
   * Before anything else, because this is the usual reason why a model of others cannot be read.
   */
  private void checkOperators() throws ModelFormatException {
    Map<String, NodeProto> unknown = unknown(proto.getNodeList());
    if (unknown.isEmpty()) {
      return;
    }
    List<String> names = List.copyOf(unknown.keySet());
    NodeProto first = unknown.get(names.get(0));
    String more =
        names.size() == 1 ? "" : " (and " + String.join(", ", names.subList(1, names.size())) + ")";
    throw Unsupported.operator(file.in("node '" + label(first) + "'"), names.get(0), opset, more);
  }

  /** The place of a node, for messages. */
  static Place place(Place file, NodeProto n, int opset) {
    return file.in("node '" + label(n) + "' (" + n.getOpType() + ", opset " + opset + ")");
  }

  /** What people know a node by: its name, or else what it computes. */
  static String label(NodeProto n) {
    return n.getName().isEmpty() ? firstOutput(n) : n.getName();
  }

  /** The name of the first output that is not left out; empty if there is none. */
  static String firstOutput(NodeProto n) {
    return n.getOutputList().stream().filter(name -> !name.isEmpty()).findFirst().orElse("");
  }

  private void collectTensors() throws ModelFormatException {
    if (proto.getSparseInitializerCount() > 0) {
      throw file.error("sparse tensors", "dense ones");
    }
    for (TensorProto t : proto.getInitializerList()) {
      addTensor(t);
    }
    for (NodeProto n : proto.getNodeList()) {
      Place at = place(file, n, opset);
      if (firstOutput(n).isEmpty()) {
        throw at.error("no output", "a name for what it computes");
      }
      if (n.getOpType().equals("Constant")) {
        addTensor(AttributeReader.constant(at, n));
        constants.add(firstOutput(n));
        continue;
      }
      for (String out : n.getOutputList()) {
        if (!out.isEmpty() && (tensors.containsKey(out) || !computed.add(out))) {
          throw at.error("an output '" + out + "' that is there already", "a name of its own");
        }
      }
    }
  }

  private void addTensor(TensorProto t) throws ModelFormatException {
    if (t.getName().isEmpty()) {
      throw file.error("a tensor without a name", "a name for each");
    }
    if (computed.contains(t.getName()) || tensors.put(t.getName(), t) != null) {
      throw file.error("the tensor '" + t.getName() + "' twice", "it once");
    }
  }

  private void collectInputs() throws ModelFormatException {
    Set<String> names = new HashSet<>();
    for (ValueInfoProto v : proto.getInputList()) {
      // Old files list the weights among the inputs too.
      if (tensors.containsKey(v.getName()) && !constants.contains(v.getName())) {
        continue;
      }
      if (v.getName().isEmpty()
          || !names.add(v.getName())
          || constants.contains(v.getName())
          || computed.contains(v.getName())) {
        throw file.error("an input with the name '" + v.getName() + "'", "a name of its own");
      }
      inputs.add(InputSpec.read(file, v));
    }
    if (inputs.isEmpty()) {
      throw file.error("no inputs", "at least one");
    }
  }

  private void collectOutputs() throws ModelFormatException {
    Set<String> names = new HashSet<>();
    for (ValueInfoProto v : proto.getOutputList()) {
      if (v.getName().isEmpty() || !names.add(v.getName())) {
        throw file.error("an output with the name '" + v.getName() + "'", "a name of its own");
      }
    }
    if (names.isEmpty()) {
      throw file.error("no outputs", "at least one");
    }
  }
}
